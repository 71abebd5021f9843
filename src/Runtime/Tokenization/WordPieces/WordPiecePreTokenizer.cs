using System;
using ModelGen.CompilerServices;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization.WordPieces;

/// <summary>Cleans text and cuts it into the words that a WordPiece vocabulary writes, each by itself.</summary>
internal abstract class WordPiecePreTokenizer(PreTokenizerKind kind) : PreTokenizer
{
    internal sealed override PreTokenizerKind Kind => kind;

    /// <summary>Characters of the longest word that is written with tokens; a longer one is unknown.</summary>
    internal abstract int LongestWord { get; }

    /// <summary>
    /// Whether tokens that start a word are for starts alone, also where a text has U+2581, which marks them, in the middle of a word.
    /// </summary>
    internal abstract bool KeepsStartsApart { get; }

    /// <summary>Writes the words of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="flags">The vocabulary's.</param>
    /// <param name="words">Takes the words.</param>
    internal abstract void Split(ReadOnlySpan<byte> text, VocabularyFlags flags, ref MarkedWords words);
}
