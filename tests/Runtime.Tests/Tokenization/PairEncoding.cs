using System.Collections.Generic;
using ModelGen.Tokenization;

namespace ModelGen.Runtime.Tests.Tokenization;

/// <summary>Encodes two texts that a model reads beside each other.</summary>
internal static class PairEncoding
{
    /// <summary>The ids of both, and where the second begins.</summary>
    public static (int[] Ids, int SecondStart) Of(Tokenizer tokenizer, string first, string second)
    {
        List<int> ids = [];
        int start = tokenizer.EncodePair(first, second, IdSink.Keep(ids));
        return ([.. ids], start);
    }
}
