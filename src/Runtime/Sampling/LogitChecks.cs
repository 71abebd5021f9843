using System;
using System.Collections.Generic;
using System.Globalization;

namespace ModelGen.Sampling;

/// <summary>Refuses logits that nothing can be drawn from, and says whose they are.</summary>
internal static class LogitChecks
{
    /// <summary>Checks what the model gave.</summary>
    /// <returns>Whether any of them is −∞.</returns>
    /// <exception cref="ModelGenException">A logit is NaN or +∞, or all are −∞.</exception>
    public static bool CheckModel(ReadOnlySpan<float> logits)
    {
        const string Mend =
            "its weights are damaged or its numbers overflow; check the model file with another program or use another quantisation.";
        int possible = CountPossible(logits, out int damaged);
        if (damaged >= 0)
        {
            throw new ModelGenException($"The model's logit of token {damaged} is {Text(logits[damaged])}: " + Mend);
        }

        return possible > 0 ? possible < logits.Length : throw new ModelGenException("The model's logits are all −∞: " + Mend);
    }

    /// <summary>Checks what a program's own step left.</summary>
    /// <param name="logits">The logits.</param>
    /// <param name="processors">All of them.</param>
    /// <param name="index">Which one it was.</param>
    /// <exception cref="ModelGenException">A logit is NaN or +∞, or all are −∞.</exception>
    public static void CheckProcessor(ReadOnlySpan<float> logits, IReadOnlyList<LogitProcessor> processors, int index)
    {
        int possible = CountPossible(logits, out int damaged);
        if (damaged >= 0 || possible == 0)
        {
            string name = $"The logit processor {processors[index].GetType().Name} (LogitProcessors[{index}])";
            throw new ModelGenException(damaged >= 0
                ? $"{name} left {Text(logits[damaged])} as the logit of token {damaged}: a logit is a number, or −∞ to rule the token out."
                : $"{name} ruled out every token: leave at least one, or end generation with LogitProcessorResult.EndGeneration.");
        }
    }

    /// <summary>Checks what one of the runtime's own steps left.</summary>
    /// <exception cref="ModelGenException">All are −∞.</exception>
    public static void CheckStep(ReadOnlySpan<float> logits, LogitStep step)
    {
        if (!logits.ContainsAnyExcept(float.NegativeInfinity))
        {
            throw new ModelGenException(
                $"{step.Name} ruled out the last tokens that were left to choose from; relax it, or what rules tokens out before it.");
        }
    }

    private static int CountPossible(ReadOnlySpan<float> logits, out int damaged)
    {
        damaged = -1;
        int possible = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            // True for NaN too.
            if (!(logits[id] <= float.MaxValue))
            {
                damaged = id;
                return possible;
            }

            possible += logits[id] >= float.MinValue ? 1 : 0;
        }

        return possible;
    }

    private static string Text(float logit) => logit.ToString(CultureInfo.InvariantCulture);
}
