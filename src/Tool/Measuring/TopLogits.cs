using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Tool.Measuring;

/// <summary>A token that may be next.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Logit">The higher, the more likely.</param>
/// <param name="Text">Its text; null where the model's tokenizer is not supported.</param>
internal sealed record Candidate(int Id, float Logit, string? Text);

/// <summary>Finds the most likely tokens.</summary>
internal static class TopLogits
{
    /// <summary>The most likely tokens, the lowest id first among equals.</summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="count">How many, at most.</param>
    /// <param name="tokenizer">Gives the texts.</param>
    public static IReadOnlyList<Candidate> Of(ReadOnlySpan<float> logits, int count, Tokenizer tokenizer)
    {
        float[] values = logits.ToArray();
        return
        [
            .. Enumerable.Range(0, values.Length)
                .OrderByDescending(id => values[id])
                .Take(count)
                .Select(id => new Candidate(id, values[id], TextOf(id, tokenizer))),
        ];
    }

    private static string? TextOf(int id, Tokenizer tokenizer)
    {
        try
        {
            // Decoding takes a space away in front of a text; behind another token it stays.
            return tokenizer.Decode([id, id], includeSpecialTokens: true)[tokenizer.Decode([id], includeSpecialTokens: true).Length..];
        }
        catch (ModelGenException)
        {
            return null;
        }
    }
}
