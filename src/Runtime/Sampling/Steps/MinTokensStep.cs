using System;
using System.Collections.Generic;

namespace ModelGen.Sampling;

/// <summary>Rules out the tokens that end generation until enough was generated (<see cref="GenerationOptions.MinTokens"/>).</summary>
internal sealed class MinTokensStep : LogitStep
{
    private readonly int _minTokens;
    private readonly int[] _ends;

    public MinTokensStep(int minTokens, Tokenizer tokenizer, int vocabularySize)
    {
        _minTokens = minTokens;
        List<int> ends = [];
        for (int id = 0; id < vocabularySize; id++)
        {
            if (tokenizer.IsEndOfGeneration(id))
            {
                ends.Add(id);
            }
        }

        _ends = [.. ends];
    }

    public override string Name => nameof(GenerationOptions.MinTokens);

    public override void Apply(ReadOnlySpan<int> text, int promptLength, Span<float> logits)
    {
        if (text.Length - promptLength < _minTokens)
        {
            foreach (int id in _ends)
            {
                logits[id] = float.NegativeInfinity;
            }
        }
    }
}
