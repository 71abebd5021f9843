using System;
using System.Runtime.InteropServices;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>Figures of a row of logits.</summary>
internal static class Logits
{
    /// <summary>The id of the largest, the lowest on ties: the greedy choice.</summary>
    public static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }

    /// <summary>log Σ exp(logit), from the largest one so that nothing overflows.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double largest = logits[Best(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return largest + Math.Log(sum);
    }

    /// <summary>The bits, for comparisons in which -0 is not 0 and NaN is itself.</summary>
    public static int[] Bits(ReadOnlySpan<float> logits) => MemoryMarshal.Cast<float, int>(logits).ToArray();
}
