using System;

namespace ModelGen.Embeddings;

/// <summary>How many tokens two texts keep that are read together and have more than the context: the longer one loses first.</summary>
internal static class PairTruncation
{
    /// <summary>
    /// What is left of each. The shorter one stays whole where it has no more than half of the room; where both have more, each keeps a half. So a
    /// long document never costs the query a token. This is what the libraries of Hugging Face call longest_first.
    /// </summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second.</param>
    /// <param name="room">Tokens that there is room for, 0 or more.</param>
    /// <returns>Tokens that each keeps, from its beginning.</returns>
    public static (int First, int Second) Keep(int first, int second, int room)
    {
        if (first + (long)second <= room)
        {
            return (first, second);
        }

        // The longer one, or the second of two that are alike, has the odd token.
        int shorter = Math.Min(Math.Min(first, second), room / 2);
        return first > second ? (room - shorter, shorter) : (shorter, room - shorter);
    }
}
