using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Sampling;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>Runs samplers by themselves, and what references of samplers have in common.</summary>
internal static class SamplerRun
{
    /// <summary>The candidates that samplers leave, in the order in which they leave them.</summary>
    public static (int Id, float Logit)[] Apply(ISampler[] samplers, float[] logits, params int[] text)
    {
        Candidates candidates = new(logits.Length);
        candidates.Load(logits);
        foreach (ISampler sampler in samplers)
        {
            sampler.Apply(candidates, text);
        }

        return [.. candidates.Ids.ToArray().Zip(candidates.Logits.ToArray())];
    }

    /// <inheritdoc cref="Apply(ISampler[], float[], int[])"/>
    public static (int Id, float Logit)[] Apply(ISampler sampler, float[] logits, params int[] text) => Apply([sampler], logits, text);

    /// <summary>Logits of many kinds: spread out and close together, with ties and without, few and many.</summary>
    public static IEnumerable<float[]> ManyLogits(int seed, int count)
    {
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            float spread = new[] { 0.01f, 1, 4, 20, 500 }[random.Next(5)];
            bool hasTies = random.Next(2) == 0;
            float[] logits = new float[random.Next(1, 60)];
            for (int id = 0; id < logits.Length; id++)
            {
                float logit = (float)(random.NextDouble() + random.NextDouble() - 1) * spread;
                logits[id] = hasTies ? MathF.Round(logit * 2) / 2 : logit;
            }

            yield return logits;
        }
    }

    /// <summary>Softmax, in double.</summary>
    public static double[] Probabilities(IEnumerable<float> logits)
    {
        double[] all = [.. logits.Select(logit => (double)logit)];
        double[] weights = [.. all.Select(logit => Math.Exp(logit - all.Max()))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    /// <summary>−Σ p ln p.</summary>
    public static double Entropy(double[] probabilities) => -probabilities.Where(p => p > 0).Sum(p => p * Math.Log(p));

    /// <summary>How far the probabilities of logits are from the expected ones.</summary>
    public static double LargestDifference(IEnumerable<float> logits, double[] probabilities) =>
        Probabilities(logits).Zip(probabilities, (x, y) => Math.Abs(x - y)).Max();
}
