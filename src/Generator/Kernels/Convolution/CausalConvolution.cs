using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// y(t) = SiLU(s), or s itself, s = bias + Σₖ filterₖ · u(t - (Taps - 1 - k)), for some tokens of a sequence, one behind the other, and some
/// channels: a convolution over the last tokens, each channel by itself (Gu and Dao 2023). The u of the last Taps - 1 tokens are the state,
/// the oldest first.
/// </summary>
internal static unsafe class CausalConvolution
{
    private const int Channels = 256;
    private const int Taps = 4;
    private const int InputPitch = 256; // floats from one token's u to the next, which may be a part of a wider row
    private const int OutputPitch = 256; // of y
    private const bool HasBias = true;
    private const bool HasSilu = true;

    /// <param name="u">The first token's u of the first channel.</param>
    /// <param name="filter">Filter of the first channel: Taps rows of Channels floats, that of the oldest token first.</param>
    /// <param name="bias">Bias of the first channel; not read where there is none.</param>
    /// <param name="from">State of the first channel before the first token: Taps - 1 rows of Channels floats.</param>
    /// <param name="to">State after the last token; may be the same.</param>
    /// <param name="y">Receives the output of the channels; not <paramref name="u"/>.</param>
    /// <param name="tokens">Tokens, one at least.</param>
    /// <param name="count">Channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* u, float* filter, float* bias, float* from, float* to, float* y, int tokens, int count)
    {
        for (int token = 0; token < tokens; token++)
        {
            float* newest = u + token * (long)InputPitch;
            float* output = y + token * (long)OutputPitch;
            int i = 0;
            for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512<float> sum = HasBias ? Vector512.Load(bias + i) : Vector512<float>.Zero;
                for (int k = 0; k < Taps - 1; k++)
                {
                    Vector512<float> older = Vector512.Load(Older(newest, from, token, k) + i);
                    sum = Vector512.MultiplyAddEstimate(older, Vector512.Load(filter + k * Channels + i), sum);
                }

                Vector512<float> last = Vector512.Load(newest + i);
                sum = Vector512.MultiplyAddEstimate(last, Vector512.Load(filter + (Taps - 1) * Channels + i), sum);
                (HasSilu ? ActivationMath.Silu(sum) : sum).Store(output + i);
            }

            for (; i < count; i++)
            {
                float sum = HasBias ? bias[i] : 0f;
                for (int k = 0; k < Taps - 1; k++)
                {
                    sum += Older(newest, from, token, k)[i] * filter[k * Channels + i];
                }

                sum += newest[i] * filter[(Taps - 1) * Channels + i];
                output[i] = HasSilu ? ActivationMath.Silu(Vector512.Create(sum)).ToScalar() : sum;
            }
        }

        // What the next token sees: of the last Taps - 1 tokens those that were here, before them what is left of the state. A row of the
        // state is read before it is written.
        float* end = u + tokens * (long)InputPitch;
        for (int k = 0; k < Taps - 1; k++)
        {
            float* kept = Older(end, from, tokens, k);
            float* place = to + k * Channels;
            int i = 0;
            for (; i <= count - Vector512<float>.Count; i += Vector512<float>.Count)
            {
                Vector512.Load(kept + i).Store(place + i);
            }

            for (; i < count; i++)
            {
                place[i] = kept[i];
            }
        }
    }

    /// <summary>u of the token Taps - 1 - k before number <paramref name="token"/>, whose u is at <paramref name="newest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Older(float* newest, float* from, int token, int k) =>
        unchecked(token + k < Taps - 1 ? from + (token + k) * Channels : newest - (Taps - 1 - k) * (long)InputPitch);
}
