using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The recurrence of RWKV-7 (Peng et al. 2025) of one head, for tokens of a sequence, one behind the other. With the state S, a row for
/// each element of a key and a column for each of a value: δ = -Sᵀκ̂, S = diag(w) S + (κ̂ a) δᵀ + k vᵀ, o = Sᵀr. Columns do not see each
/// other.
/// </summary>
internal static unsafe class Goose
{
    private const int Dimension = 64;       // a multiple of 16
    private const int InputPitch = 512;     // floats from one token's r, w, k, v, κ̂ and κ̂ a to the next one's
    private const int OutputPitch = 64;     // of o

    // Tile v: 4, 4, 4 vectors of columns at Avx512, Avx2, Vector128: two sums of each, later δ, v and a sum, beside what all columns share.
    /// <param name="receptance">The first token's r: Dimension floats, as all others.</param>
    /// <param name="decay">Its w.</param>
    /// <param name="key">Its k.</param>
    /// <param name="value">Its v.</param>
    /// <param name="removal">Its κ̂.</param>
    /// <param name="rate">Its κ̂ a.</param>
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
        float* removal,
        float* rate,
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
            for (int column = 0; column < Dimension; column += vectors * Vector512<float>.Count)
            {
                // Sᵀκ̂: even and odd rows apart.
                Vector512<float> even_v0 = Vector512<float>.Zero;
                Vector512<float> odd_v0 = Vector512<float>.Zero;
                float* row = before + column;
                for (int i = 0; i < Dimension; i += 2)
                {
                    Vector512<float> evenKey = Vector512.Create(removal[offset + i]);
                    Vector512<float> oddKey = Vector512.Create(removal[offset + i + 1]);
                    even_v0 = Vector512.MultiplyAddEstimate(Vector512.Load(row + v0 * Vector512<float>.Count), evenKey, even_v0);
                    row += Dimension;
                    odd_v0 = Vector512.MultiplyAddEstimate(Vector512.Load(row + v0 * Vector512<float>.Count), oddKey, odd_v0);
                    row += Dimension;
                }

                // δ = -Sᵀκ̂
                float* v = value + offset + column;
                Vector512<float> delta_v0 = -(even_v0 + odd_v0);
                Vector512<float> added_v0 = Vector512.Load(v + v0 * Vector512<float>.Count);

                // S = diag(w) S + (κ̂ a) δᵀ + k vᵀ, and of that o = Sᵀr.
                Vector512<float> sum_v0 = Vector512<float>.Zero;
                row = before + column;
                float* changed = to + column;
                for (int i = 0; i < Dimension; i++)
                {
                    Vector512<float> w = Vector512.Create(decay[offset + i]);
                    Vector512<float> ofRate = Vector512.Create(rate[offset + i]);
                    Vector512<float> ofKey = Vector512.Create(key[offset + i]);
                    Vector512<float> r = Vector512.Create(receptance[offset + i]);
                    Vector512<float> kept_v0 = w * Vector512.Load(row + v0 * Vector512<float>.Count);
                    kept_v0 = Vector512.MultiplyAddEstimate(ofRate, delta_v0, kept_v0);
                    kept_v0 = Vector512.MultiplyAddEstimate(ofKey, added_v0, kept_v0);
                    sum_v0 = Vector512.MultiplyAddEstimate(r, kept_v0, sum_v0);
                    kept_v0.Store(changed + v0 * Vector512<float>.Count);
                    row += Dimension;
                    changed += Dimension;
                }

                float* o = y + token * (long)OutputPitch + column;
                sum_v0.Store(o + v0 * Vector512<float>.Count);
            }
        }
    }
}
