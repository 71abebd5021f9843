using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// The gated delta rule (Yang et al. 2024) of some columns of one value head, for tokens of a sequence, one behind the other. With the state
/// S, a row for each element of a key and a column for each of a value: δ = β (v - g Sᵀk), S = g S + k δᵀ, o = Sᵀq. Where each row has a
/// decay of its own (Kimi Team 2025), g S is diag(g) S. Columns do not see each other.
/// </summary>
internal static unsafe class DeltaRule
{
    private const int KeyDimension = 128;   // even
    private const int ValueDimension = 128; // floats from one row of the state to the next
    private const int Columns = 64;         // of a call, whole vectors
    private const bool DecaysElements = false; // each element of a key has a decay
    private const int InputPitch = 512;     // floats from one token's query, key and value to the next one's
    private const int DecayPitch = 512;     // of g
    private const int BetaPitch = 512;      // of β
    private const int OutputPitch = 128;    // of o

    // Tile v: 4, 4, 4 vectors of columns at Avx512, Avx2, Vector128: with two sums of each, the keys' and the values', all in registers.
    /// <param name="query">The first token's query: KeyDimension floats.</param>
    /// <param name="key">Its key: as many.</param>
    /// <param name="value">Its value, from the first column on.</param>
    /// <param name="decay">Its g, or KeyDimension of them.</param>
    /// <param name="beta">Its β.</param>
    /// <param name="from">First column of the state before the first token: KeyDimension rows of ValueDimension floats.</param>
    /// <param name="to">State after the last token; may be the same.</param>
    /// <param name="y">Receives the columns of o of the first token.</param>
    /// <param name="tokens">Tokens, one at least.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* query, float* key, float* value, float* decay, float* beta, float* from, float* to, float* y, int tokens)
    {
        const int v0 = 0;
        int vectors = 0;
        vectors = v0 + 1;

        for (int token = 0; token < tokens; token++)
        {
            float* q = query + token * (long)InputPitch;
            float* k = key + token * (long)InputPitch;
            float* decays = decay + token * (long)DecayPitch;
            Vector512<float> g = Vector512.Create(DecaysElements ? 1f : decays[0]);
            Vector512<float> b = Vector512.Create(beta[token * (long)BetaPitch]);
            float* before = token == 0 ? from : to;
            for (int column = 0; column < Columns; column += vectors * Vector512<float>.Count)
            {
                // Sᵀk: even and odd rows apart. Where each row has its g, the key has it.
                Vector512<float> even_v0 = Vector512<float>.Zero;
                Vector512<float> odd_v0 = Vector512<float>.Zero;
                float* row = before + column;
                for (int i = 0; i < KeyDimension; i += 2)
                {
                    Vector512<float> evenKey = Vector512.Create(DecaysElements ? k[i] * decays[i] : k[i]);
                    Vector512<float> oddKey = Vector512.Create(DecaysElements ? k[i + 1] * decays[i + 1] : k[i + 1]);
                    even_v0 = Vector512.MultiplyAddEstimate(Vector512.Load(row + v0 * Vector512<float>.Count), evenKey, even_v0);
                    row += ValueDimension;
                    odd_v0 = Vector512.MultiplyAddEstimate(Vector512.Load(row + v0 * Vector512<float>.Count), oddKey, odd_v0);
                    row += ValueDimension;
                }

                // δ = β (v - g Sᵀk), g being 1 where the key has had it.
                float* v = value + token * (long)InputPitch + column;
                Vector512<float> delta_v0 = (Vector512.Load(v + v0 * Vector512<float>.Count) - g * (even_v0 + odd_v0)) * b;

                // S = g S + k δᵀ, and of that o = Sᵀq.
                Vector512<float> sum_v0 = Vector512<float>.Zero;
                row = before + column;
                float* changed = to + column;
                for (int i = 0; i < KeyDimension; i++)
                {
                    Vector512<float> ofKey = Vector512.Create(k[i]);
                    Vector512<float> ofQuery = Vector512.Create(q[i]);
                    Vector512<float> ofRow = DecaysElements ? Vector512.Create(decays[i]) : g;
                    Vector512<float> kept_v0 = ofRow * Vector512.Load(row + v0 * Vector512<float>.Count);
                    kept_v0 = Vector512.MultiplyAddEstimate(ofKey, delta_v0, kept_v0);
                    sum_v0 = Vector512.MultiplyAddEstimate(ofQuery, kept_v0, sum_v0);
                    kept_v0.Store(changed + v0 * Vector512<float>.Count);
                    row += ValueDimension;
                    changed += ValueDimension;
                }

                float* o = y + token * (long)OutputPitch + column;
                sum_v0.Store(o + v0 * Vector512<float>.Count);
            }
        }
    }
}
