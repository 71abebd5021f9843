using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y = c · Σₖ filterₖ · v(Taps - 1 - k tokens before), v = b · u, for one token and some channels: a gated convolution over the last tokens
/// (LFM2). The products of the last Taps - 1 tokens are the state, the oldest first.
/// </summary>
internal static unsafe class Convolution
{
    private const int Channels = 256;
    private const int Taps = 3;

    /// <param name="gates">b of the first channel; c is Channels floats behind it, u as many behind that.</param>
    /// <param name="filter">Filter of the first channel: Taps rows of Channels floats, that of the oldest token first.</param>
    /// <param name="from">State of the first channel before the token: Taps - 1 rows of Channels floats.</param>
    /// <param name="to">State after the token; may be the same.</param>
    /// <param name="y">Receives the output of the channels.</param>
    /// <param name="count">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* gates, float* filter, float* from, float* to, float* y, int count)
    {
        int i = 0;
        for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            Vector512<float> newest = Vector512.Load(gates + i) * Vector512.Load(gates + 2 * Channels + i);
            Vector512<float> sum = newest * Vector512.Load(filter + (Taps - 1) * Channels + i);
            for (int k = 0; k < Taps - 1; k++)
            {
                Vector512<float> older = Vector512.Load(from + k * Channels + i);
                sum += older * Vector512.Load(filter + k * Channels + i);
                if (k > 0)
                {
                    older.Store(to + (k - 1) * Channels + i);
                }
            }

            newest.Store(to + (Taps - 2) * Channels + i);
            (Vector512.Load(gates + Channels + i) * sum).Store(y + i);
        }

        for (; i < count; i++)
        {
            float newest = gates[i] * gates[2 * Channels + i];
            float sum = newest * filter[(Taps - 1) * Channels + i];
            for (int k = 0; k < Taps - 1; k++)
            {
                float older = from[k * Channels + i];
                sum += older * filter[k * Channels + i];
                if (k > 0)
                {
                    to[(k - 1) * Channels + i] = older;
                }
            }

            to[(Taps - 2) * Channels + i] = newest;
            y[i] = gates[Channels + i] * sum;
        }
    }
}
