using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y = x + (before - x) · shift: a mixture of a token and the one before it (Peng et al. 2023, RWKV), or with (shift + offset) in place of
/// shift, one that depends on both (Peng et al. 2024, RWKV-6).
/// </summary>
internal static unsafe class TokenShift
{
    private const bool HasOffset = true;

    /// <param name="x">Some channels of the token.</param>
    /// <param name="before">The same of the token before it.</param>
    /// <param name="shift">Their shifts.</param>
    /// <param name="offset">The token's offsets; not read where there are none.</param>
    /// <param name="y">Receives the mixture.</param>
    /// <param name="count">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* x, float* before, float* shift, float* offset, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> share = Vector512.Load(shift + i);
            share = HasOffset ? share + Vector512.Load(offset + i) : share;
            Vector512<float> own = Vector512.Load(x + i);
            Vector512.MultiplyAddEstimate(Vector512.Load(before + i) - own, share, own).Store(y + i);
        }

        for (; i < count; i++)
        {
            float share = HasOffset ? shift[i] + offset[i] : shift[i];
            y[i] = x[i] + (before[i] - x[i]) * share;
        }
    }
}
