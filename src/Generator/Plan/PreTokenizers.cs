using ModelGen.Gguf;
using ModelGen.Vocabularies;

namespace ModelGen.Generator.Plan;

/// <summary>Chooses what cuts a model's text into words.</summary>
internal static class PreTokenizers
{
    /// <summary>The pre-tokenizer that a header asks for; none where its tokenizer needs none or ModelGen has not got it.</summary>
    public static PreTokenizerKind Of(GgufHeader header) =>
        KindOf(header) == TokenizerKind.BytePair && PreTokenizerRules.Find(NameOf(header)) is PreTokenizerRule rule
            ? rule.Kind
            : PreTokenizerKind.None;

    /// <summary>tokenizer.ggml.pre where the tokenizer needs one and ModelGen has not got it, else null.</summary>
    public static string? Unsupported(GgufHeader header) =>
        KindOf(header) == TokenizerKind.BytePair && PreTokenizerRules.Find(NameOf(header)) is null ? NameOf(header) : null;

    private static TokenizerKind KindOf(GgufHeader header) => TokenizerKinds.Of(ModelOf(header));

    private static string NameOf(GgufHeader header) => VocabularyKeys.PreTokenizerOf(ModelOf(header), header.Find("tokenizer.ggml.pre")?.Text) ?? "";

    private static string ModelOf(GgufHeader header) => header.Find("tokenizer.ggml.model")?.Text ?? "";
}
