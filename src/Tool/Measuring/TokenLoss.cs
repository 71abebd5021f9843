using System;
using System.Numerics.Tensors;

namespace ModelGen.Tool.Measuring;

/// <summary>How badly logits foretell a token. One thread at a time.</summary>
internal sealed class TokenLoss
{
    /// <summary>Exponentials that are summed as floats, which is exact enough for that many; the sums of blocks are added as doubles.</summary>
    public const int BlockLength = 2048;

    private readonly float[] _block = new float[BlockLength];

    /// <summary>-log softmax(logits)[id], from the largest logit so that nothing overflows.</summary>
    public double Of(ReadOnlySpan<float> logits, int id)
    {
        float largest = TensorPrimitives.Max(logits);
        double sum = 0;
        for (ReadOnlySpan<float> rest = logits; rest.Length > 0;)
        {
            Span<float> exponentials = _block.AsSpan(0, Math.Min(rest.Length, BlockLength));
            TensorPrimitives.Subtract(rest[..exponentials.Length], largest, exponentials);
            TensorPrimitives.Exp(exponentials, exponentials);
            sum += TensorPrimitives.Sum<float>(exponentials);
            rest = rest[exponentials.Length..];
        }

        return Math.Log(sum) + largest - logits[id];
    }
}
