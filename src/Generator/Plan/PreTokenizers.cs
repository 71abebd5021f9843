using ModelGen.Gguf;
using ModelGen.Vocabularies;

namespace ModelGen.Generator.Plan;

/// <summary>Chooses what cuts a model's text into words.</summary>
internal static class PreTokenizers
{
    /// <summary>The pre-tokenizer that a header asks for; none where its tokenizer needs none or ModelGen has not got it.</summary>
    /// <param name="header">The model's header.</param>
    /// <param name="wordPieceRules">What the program asks for where the vocabulary is a WordPiece one.</param>
    public static PreTokenizerKind Of(GgufHeader header, WordPieceRules wordPieceRules) => VocabularyKeys.KindOf(header) switch
    {
        TokenizerKind.BytePair when PreTokenizerRules.Find(NameOf(header)) is PreTokenizerRule rule => rule.Kind,
        TokenizerKind.WordPiece => wordPieceRules.PreTokenizer(),
        _ => PreTokenizerKind.None,
    };

    /// <summary>tokenizer.ggml.pre where the tokenizer needs one and ModelGen has not got it, else null.</summary>
    public static string? Unsupported(GgufHeader header) =>
        VocabularyKeys.KindOf(header) == TokenizerKind.BytePair && PreTokenizerRules.Find(NameOf(header)) is null ? NameOf(header) : null;

    private static string NameOf(GgufHeader header) =>
        VocabularyKeys.PreTokenizerOf(VocabularyKeys.ModelOf(header), header.Find(VocabularyKeys.PreTokenizerKey)?.Text) ?? "";
}
