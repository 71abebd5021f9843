using System;

namespace ModelGen.Sampling;

/// <summary>
/// Keeps the candidates that are at least p times as likely as the most likely one. (Nguyen et al. 2024, "Turning Up the Heat: Min-p
/// Sampling for Creative and Coherent LLM Outputs", https://arxiv.org/abs/2407.01082.)
/// </summary>
internal sealed class MinPSampler(float p) : ISampler
{
    // p(x) >= p · p(max) in logits; no softmax is needed.
    private readonly float _distance = MathF.Log(p);

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        float threshold = candidates.MaxLogit() + _distance;
        int kept = 0;
        for (int index = 0; index < candidates.Count; index++)
        {
            if (candidates.Logits[index] >= threshold)
            {
                candidates.Copy(index, kept);
                kept++;
            }
        }

        candidates.Keep(kept, candidates.IsSorted);
    }
}
