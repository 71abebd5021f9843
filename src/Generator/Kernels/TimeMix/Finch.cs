using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The recurrence of RWKV-6 (Peng et al. 2024) of one head, for tokens of a sequence, one behind the other. With the state S, a row for
/// each element of a key and a column for each of a value: o = (S + (bonus · k) vᵀ)ᵀ r, then S = diag(w) S + k vᵀ with
/// w = e^(-e^(decay + bias)), which decays become in place. Columns do not see each other.
/// </summary>
internal static unsafe class Finch
{
    private const int Dimension = 64;       // a multiple of 16
    private const int InputPitch = 512;     // floats from one token's r, k, v and decays to the next one's
    private const int OutputPitch = 64;     // of o

    // Tile v: 4, 4, 4 vectors of columns at Avx512, Avx2, Vector128: v and a sum of each, beside what all columns share.
    /// <param name="receptance">The first token's r: Dimension floats, as all others.</param>
    /// <param name="decay">Its decays.</param>
    /// <param name="key">Its k.</param>
    /// <param name="value">Its v.</param>
    /// <param name="decayBias">Biases of decays.</param>
    /// <param name="bonus">See above.</param>
    /// <param name="from">State before the first token: Dimension rows of Dimension floats.</param>
    /// <param name="to">State after the last token; may be the same.</param>
    /// <param name="y">Receives o of the first token.</param>
    /// <param name="tokens">Tokens, one at least.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(
        float* receptance,
        float* decay,
        float* key,
        float* value,
        float* decayBias,
        float* bonus,
        float* from,
        float* to,
        float* y,
        int tokens)
    {
        const int v0 = 0;
        int vectors = 0;
        vectors = v0 + 1;

        for (int token = 0; token < tokens; token++)
        {
            long offset = token * (long)InputPitch;
            float* before = token == 0 ? from : to;

            // w = e^(-e^(decay + bias))
            for (int i = 0; i < Dimension; i += Vector512<float>.Count)
            {
                Vector512<float> rate = VectorMath.Exp(Vector512.Load(decay + offset + i) + Vector512.Load(decayBias + i));
                VectorMath.Exp(-rate).Store(decay + offset + i);
            }

            for (int column = 0; column < Dimension; column += vectors * Vector512<float>.Count)
            {
                float* v = value + offset + column;
                Vector512<float> added_v0 = Vector512.Load(v + v0 * Vector512<float>.Count);
                Vector512<float> sum_v0 = Vector512<float>.Zero;
                float* row = before + column;
                float* changed = to + column;
                for (int i = 0; i < Dimension; i++)
                {
                    Vector512<float> w = Vector512.Create(decay[offset + i]);
                    Vector512<float> ofKey = Vector512.Create(key[offset + i]);
                    Vector512<float> ofBonus = Vector512.Create(bonus[i] * key[offset + i]);
                    Vector512<float> r = Vector512.Create(receptance[offset + i]);
                    Vector512<float> kept_v0 = Vector512.Load(row + v0 * Vector512<float>.Count);
                    sum_v0 = Vector512.MultiplyAddEstimate(r, Vector512.MultiplyAddEstimate(ofBonus, added_v0, kept_v0), sum_v0);
                    Vector512.MultiplyAddEstimate(ofKey, added_v0, w * kept_v0).Store(changed + v0 * Vector512<float>.Count);
                    row += Dimension;
                    changed += Dimension;
                }

                float* o = y + token * (long)OutputPitch + column;
                sum_v0.Store(o + v0 * Vector512<float>.Count);
            }
        }
    }
}
