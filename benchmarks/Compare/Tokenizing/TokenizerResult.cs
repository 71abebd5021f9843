namespace ModelGen.Compare.Tokenizing;

/// <summary>Medians of one vocabulary, in seconds.</summary>
/// <param name="Tokens">Tokens of all texts.</param>
/// <param name="Own">ModelGen encodes all texts.</param>
/// <param name="Llama">llama.cpp encodes them.</param>
/// <param name="Loading">ModelGen maps, checks and opens the packed vocabulary.</param>
/// <param name="Packing">ModelGen packs the vocabulary, which a build does once.</param>
internal sealed record TokenizerResult(long Tokens, double Own, double Llama, double Loading, double Packing);
