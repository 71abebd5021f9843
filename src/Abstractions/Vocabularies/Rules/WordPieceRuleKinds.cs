namespace ModelGen.Vocabularies;

/// <summary>The pre-tokenizers of <see cref="WordPieceRules"/>.</summary>
internal static class WordPieceRuleKinds
{
    /// <summary>What cuts words by these rules.</summary>
    public static PreTokenizerKind PreTokenizer(this WordPieceRules rules) =>
        rules == WordPieceRules.LlamaCpp ? PreTokenizerKind.LlamaCppBert : PreTokenizerKind.Bert;
}
