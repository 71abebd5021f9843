namespace ModelGen.Vocabularies;

/// <summary>The values of tokenizer.ggml.token_type: sentencepiece_model.proto's types, and llama.cpp's 0 for none.</summary>
internal static class TokenType
{
    public const int Undefined = 0;
    public const int Normal = 1;
    public const int Unknown = 2;
    public const int Control = 3;
    public const int UserDefined = 4;
    public const int Unused = 5;
    public const int Byte = 6;
}
