using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>Reads a vocabulary's keys from a GGUF file, with the defaults that llama.cpp has where a key is absent.</summary>
internal static class VocabularyKeys
{
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string ScoresKey = "tokenizer.ggml.scores";
    private const string TypesKey = "tokenizer.ggml.token_type";

    /// <inheritdoc cref="VocabularyContent.From"/>
    public static VocabularyContent Read(GgufFile file)
    {
        byte[][] tokens = file.ReadStrings(TokensKey);

        // LLaMA's own vocabulary, which the oldest files have without naming these ids: <unk>, <s>, </s>.
        string model = Text(file, "tokenizer.ggml.model")
            ?? throw Error(file, "tokenizer.ggml.model", "is missing; it says how the vocabulary splits text");
        bool isSentencePiece = model == "llama";
        return new VocabularyContent
        {
            Model = model,
            Pre = Text(file, "tokenizer.ggml.pre"),
            ModelName = Text(file, "general.name"),
            Tokens = tokens,
            Scores = Scores(file),
            Types = file.Header.Find(TypesKey) is null ? null : file.ReadIntegers(TypesKey),
            BeginningOfSequenceId = Id("tokenizer.ggml.bos_token_id", isSentencePiece ? 1 : null),
            EndOfSequenceId = Id("tokenizer.ggml.eos_token_id", isSentencePiece ? 2 : null),
            EndOfTurnId = Id("tokenizer.ggml.eot_token_id", null),
            UnknownId = Id("tokenizer.ggml.unknown_token_id", isSentencePiece ? 0 : null),
            PaddingId = Id("tokenizer.ggml.padding_token_id", null),
            AddBeginningOfSequence = Flag(file, "tokenizer.ggml.add_bos_token") ?? isSentencePiece,
            AddEndOfSequence = Flag(file, "tokenizer.ggml.add_eos_token") ?? false,
            AddSpacePrefix = Flag(file, "tokenizer.ggml.add_space_prefix") ?? isSentencePiece,
        };

        // Converters have written ids that no vocabulary has, 2³² − 1 for one, to say that there is none.
        int? Id(string key, int? byDefault)
        {
            if (byDefault >= tokens.Length)
            {
                byDefault = null;
            }

            return file.Header.Find(key) switch
            {
                null => byDefault,
                { IsInteger: true } value => value.Integer >= 0 && value.Integer < tokens.Length ? (int)value.Integer : byDefault,
                _ => throw Error(file, key, "is no integer"),
            };
        }
    }

    private static float[]? Scores(GgufFile file)
    {
        GgufValue? value = file.Header.Find(ScoresKey);
        if (value is null)
        {
            return null;
        }

        return value.Array?.ElementType == GgufValueType.Int32
            ? System.Array.ConvertAll(file.ReadIntegers(ScoresKey), score => (float)score)
            : file.ReadSingles(ScoresKey);
    }

    private static string? Text(GgufFile file, string key) => file.Header.Find(key) switch
    {
        null => null,
        { Type: GgufValueType.String } value => value.Text,
        _ => throw Error(file, key, "is no string"),
    };

    private static bool? Flag(GgufFile file, string key) => file.Header.Find(key) switch
    {
        null => null,
        { Type: GgufValueType.Bool } value => value.Integer != 0,
        _ => throw Error(file, key, "is no boolean"),
    };

    private static ModelGenException Error(GgufFile file, string key, string what) =>
        new($"{file.DisplayName}: metadata key {key} {what}. Convert the model again.");
}
