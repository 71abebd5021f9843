namespace ModelGen.Tokenization;

/// <summary>A part of a text: a special token, or text between special tokens.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="TokenId">The special token; null for text.</param>
internal readonly record struct TextFragment(int Start, int Length, int? TokenId);
