using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// h(t) = e^(Δ·A) · h(t-1) + Δ·v · B and y = (C·h(t) + D·v) · SiLU(z), Δ = softplus(step + bias): a selective state space (Gu and Dao 2023;
/// Dao and Gu 2024), for some tokens of a sequence, one behind the other, and some strips of 16 channels. Each channel has StateLength floats
/// h of its own; the state has a strip after the other, of each its 16 channels' first floats, then their second ones, ….
/// </summary>
internal static unsafe class StateSpaceScan
{
    private const int Channels = 512;
    private const int HeadChannels = 64; // channels that share Δ, A and D
    private const int GroupChannels = 256; // channels that share B and C
    private const int StateLength = 128;
    private const bool HasOwnDecays = false; // each channel is a head, and A has a number for each float of its state
    private const int InputPitch = 1024; // floats from one token's v to the next
    private const int WeightsPitch = 1024; // of its B, behind which its C stands
    private const int StepPitch = 1152; // of its steps
    private const int GatePitch = 1152; // of its z
    private const int OutputPitch = 512; // of its y
    private const int Strip = 16;

    /// <param name="v">The first token's v, Channels floats.</param>
    /// <param name="b">Its B of all groups, behind it C.</param>
    /// <param name="steps">Its steps, one a head.</param>
    /// <param name="z">Its z, Channels floats.</param>
    /// <param name="bias">Biases of the steps, one a head.</param>
    /// <param name="a">A: one a head, or StateLength rows of Channels floats.</param>
    /// <param name="d">D: one a head.</param>
    /// <param name="from">State before the first token, of all strips.</param>
    /// <param name="to">State after the last token; may be the same.</param>
    /// <param name="y">Receives the output, Channels floats a token.</param>
    /// <param name="tokens">Tokens, one at least.</param>
    /// <param name="firstStrip">The first strip.</param>
    /// <param name="endStrip">The strip behind the last.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(
        float* v,
        float* b,
        float* steps,
        float* z,
        float* bias,
        float* a,
        float* d,
        float* from,
        float* to,
        float* y,
        int tokens,
        int firstStrip,
        int endStrip)
    {
        const int p0 = 0;
        int lanes = HasOwnDecays ? Vector512<float>.Count : 0; // from a vector's numbers of heads to the next one's
        for (int strip = firstStrip; strip < endStrip; strip++)
        {
            int channel = strip * Strip;
            int head = channel / HeadChannels;
            float* before = from + channel * (long)StateLength;
            float* state = to + channel * (long)StateLength;
            for (int token = 0; token < tokens; token++)
            {
                float* step = steps + token * (long)StepPitch + head;
                float* input = b + token * (long)WeightsPitch + channel / GroupChannels * StateLength;
                float* output = input + Channels / GroupChannels * StateLength;
                float* x = v + token * (long)InputPitch + channel;

                // Δ and Δ·v; of a head all of its channels have the same Δ, and the same e^(Δ·A).
                Vector512<float> delta_p0 = OfHead(step + p0 * lanes) + OfHead(bias + head + p0 * lanes);
                delta_p0 = SoftplusMath.Softplus(delta_p0);
                Vector512<float> decay_p0 = HasOwnDecays ? delta_p0 : VectorMath.Exp(delta_p0 * Vector512.Create(a[head]));
                Vector512<float> v_p0 = Vector512.Load(x + p0 * Vector512<float>.Count);
                Vector512<float> added_p0 = delta_p0 * v_p0;

                // C·h in two sums, of the even floats of the state and the odd ones.
                Vector512<float> even_p0 = Vector512<float>.Zero;
                Vector512<float> odd_p0 = Vector512<float>.Zero;
                for (int n = 0; n < StateLength / 2 * 2; n += 2)
                {
                    float* old = before + n * Strip;
                    float* next = old + Strip;
                    float* place = state + n * Strip;
                    float* rates = a + n * (long)Channels + channel;
                    Vector512<float> rate_p0 = HasOwnDecays ? Rate(rates + p0 * lanes, delta_p0) : decay_p0;
                    Vector512<float> h_p0 = Next(old + p0 * Vector512<float>.Count, rate_p0, added_p0, input[n]);
                    h_p0.Store(place + p0 * Vector512<float>.Count);
                    even_p0 = Vector512.MultiplyAddEstimate(h_p0, Vector512.Create(output[n]), even_p0);
                    rate_p0 = HasOwnDecays ? Rate(rates + Channels + p0 * lanes, delta_p0) : decay_p0;
                    h_p0 = Next(next + p0 * Vector512<float>.Count, rate_p0, added_p0, input[n + 1]);
                    h_p0.Store(place + Strip + p0 * Vector512<float>.Count);
                    odd_p0 = Vector512.MultiplyAddEstimate(h_p0, Vector512.Create(output[n + 1]), odd_p0);
                }

                for (int n = StateLength / 2 * 2; n < StateLength; n++)
                {
                    float* old = before + n * Strip;
                    float* rates = a + n * (long)Channels + channel;
                    Vector512<float> rate_p0 = HasOwnDecays ? Rate(rates + p0 * lanes, delta_p0) : decay_p0;
                    Vector512<float> h_p0 = Next(old + p0 * Vector512<float>.Count, rate_p0, added_p0, input[n]);
                    h_p0.Store(state + n * Strip + p0 * Vector512<float>.Count);
                    even_p0 = Vector512.MultiplyAddEstimate(h_p0, Vector512.Create(output[n]), even_p0);
                }

                // y = (C·h + D·v) · SiLU(z)
                float* gate = z + token * (long)GatePitch + channel;
                float* row = y + token * (long)OutputPitch + channel;
                even_p0 = Vector512.MultiplyAddEstimate(OfHead(d + head + p0 * lanes), v_p0, even_p0 + odd_p0);
                even_p0 *= ActivationMath.Silu(Vector512.Load(gate + p0 * Vector512<float>.Count));
                even_p0.Store(row + p0 * Vector512<float>.Count);
                before = state;
            }
        }
    }

    /// <summary>A head's number for each of some channels, or each channel's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> OfHead(float* numbers) => HasOwnDecays ? Vector512.Load(numbers) : Vector512.Create(numbers[0]);

    /// <summary>e^(Δ·A) of some channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Rate(float* a, Vector512<float> delta) => VectorMath.Exp(delta * Vector512.Load(a));

    /// <summary>h = decay · h + added · B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Next(float* h, Vector512<float> decay, Vector512<float> added, float b) =>
        Vector512.MultiplyAddEstimate(added, Vector512.Create(b), decay * Vector512.Load(h));
}
