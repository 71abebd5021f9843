using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ModelGen.Sampling;

/// <summary>Chooses the next token from logits as <see cref="GenerationOptions"/> say. Allocates nothing after its creation.</summary>
internal sealed class TokenSampler
{
    private const string Mend =
        "its weights are damaged or its numbers overflow; check the model file with another program or use another quantisation.";

    private readonly int _vocabularySize;

    // Null: greedy.
    private readonly Candidates? _candidates;
    private readonly ISampler[] _chain;
    private Xoshiro256 _random;

    /// <param name="options">Valid options.</param>
    /// <param name="vocabularySize">Ids that may be chosen: 0 to vocabularySize − 1. Logits behind them, which pad some models' output
    /// heads, are left aside.</param>
    public TokenSampler(GenerationOptions options, int vocabularySize)
    {
        _vocabularySize = vocabularySize;
        _chain = Chain(options);
        if (options.Temperature > 0)
        {
            _candidates = new Candidates(vocabularySize);
            _random = new Xoshiro256(options.Seed ?? MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong))));
        }
    }

    /// <summary>The id of the next token.</summary>
    /// <param name="logits">[at least the vocabulary's size].</param>
    /// <exception cref="ModelGenException">A logit is NaN or +∞, or all are −∞.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        logits = logits[.._vocabularySize];
        Check(logits);
        if (_candidates is null)
        {
            return IndexOfMax(logits);
        }

        _candidates.Load(logits);
        foreach (ISampler sampler in _chain)
        {
            sampler.Apply(_candidates);
        }

        return Draw(_candidates);
    }

    private static ISampler[] Chain(GenerationOptions options)
    {
        List<ISampler> chain = [];
        if (options.TopK > 0)
        {
            chain.Add(new TopKSampler(options.TopK));
        }

        if (options.TopP < 1)
        {
            chain.Add(new TopPSampler(options.TopP));
        }

        if (options.MinP > 0)
        {
            chain.Add(new MinPSampler(options.MinP));
        }

        chain.Add(new TemperatureSampler(options.Temperature));
        return [.. chain];
    }

    private int Draw(Candidates candidates)
    {
        float maxLogit = candidates.MaxLogit();
        double target = _random.NextDouble() * candidates.SumOfExponentials(maxLogit);
        double sum = 0;
        int drawn = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            float weight = MathF.Exp(candidates.Logits[index] - maxLogit);
            if (weight > 0)
            {
                // Kept for the case that rounding leaves the last sum at the target.
                drawn = index;
                sum += weight;
                if (sum > target)
                {
                    break;
                }
            }
        }

        return candidates.Ids[drawn];
    }

    private static int IndexOfMax(ReadOnlySpan<float> logits)
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

    private static void Check(ReadOnlySpan<float> logits)
    {
        bool anyFinite = false;
        for (int id = 0; id < logits.Length; id++)
        {
            // True for NaN too.
            if (!(logits[id] <= float.MaxValue))
            {
                throw new ModelGenException(
                    $"The model's logit of token {id} is {logits[id].ToString(CultureInfo.InvariantCulture)}: " + Mend);
            }

            anyFinite |= logits[id] >= float.MinValue;
        }

        if (!anyFinite)
        {
            throw new ModelGenException(
                "The model's logits are all −∞: " + Mend);
        }
    }
}
