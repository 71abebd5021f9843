using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;

namespace ModelGen.Tool.Measuring;

/// <summary>How well a model foretells a text.</summary>
/// <param name="Value">exp of the mean of -log p(token | tokens before it): among how many equally likely tokens the model wavers.</param>
/// <param name="Error">Standard error of the value.</param>
/// <param name="Tokens">Tokens of the text.</param>
/// <param name="Scored">Tokens that were foretold.</param>
/// <param name="Windows">Pieces that the text was cut into.</param>
/// <param name="WindowLength">Tokens of a piece.</param>
/// <param name="TokensPerSecond">Tokens that were evaluated in a second, in windows.</param>
internal sealed record Perplexity(double Value, double Error, int Tokens, int Scored, int Windows, int WindowLength, double TokensPerSecond)
{
    // A window of three tokens scores one: the last, after half a window to read.
    private const int LeastTokens = 3;

    /// <summary>
    /// Measures as llama.cpp does, so that figures compare: the text is cut into windows that do not overlap, the first token of each
    /// gives way to BOS where the model has one, and the tokens of a window's second half are scored. What is left of the text behind the
    /// last whole window is not.
    /// </summary>
    /// <param name="session">A session, whose text is thrown away.</param>
    /// <param name="ids">The text.</param>
    /// <param name="beginning">BOS, where the model's texts start with it; else null.</param>
    /// <param name="windowLength">Tokens of a window; a shorter text is one window.</param>
    /// <param name="progress">Told how much is done, from 0 to 1.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    /// <exception cref="ModelGenException">The text is too short.</exception>
    public static Perplexity Measure(
        Session session, IReadOnlyList<int> ids, int? beginning, int windowLength, Action<double> progress, CancellationToken cancellation)
    {
        int length = Math.Min(windowLength, ids.Count);
        if (length < LeastTokens)
        {
            throw new ModelGenException(string.Create(
                CultureInfo.InvariantCulture, $"The text and the window have at least {LeastTokens} tokens; here they have {ids.Count} and {windowLength}."));
        }

        int windows = ids.Count / length;
        double sum = 0;
        double sumOfSquares = 0;
        int scored = 0;
        int[] window = new int[length];
        TokenLoss losses = new();
        long start = Stopwatch.GetTimestamp();
        for (int index = 0; index < windows; index++)
        {
            for (int i = 0; i < length; i++)
            {
                window[i] = ids[(index * length) + i];
            }

            window[0] = beginning ?? window[0];
            session.Rewind(0);

            // The first half is context; behind it each token foretells the next.
            int next = length / 2;
            session.Evaluate(window.AsSpan(0, next));
            foreach (ReadOnlySpan<float> logits in session.EvaluateAll(window.AsSpan(next, length - 1 - next)))
            {
                cancellation.ThrowIfCancellationRequested();
                double loss = losses.Of(logits, window[++next]);
                sum += loss;
                sumOfSquares += loss * loss;
                scored++;
                progress((index + ((double)next / length)) / windows);
            }
        }

        double mean = sum / scored;
        double value = Math.Exp(mean);
        double variance = Math.Max((sumOfSquares / scored) - (mean * mean), 0);
        double error = scored > 1 ? Math.Sqrt(variance / (scored - 1)) * value : 0;
        return new Perplexity(value, error, ids.Count, scored, windows, length, windows * (double)length / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
