using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace ModelGen.Kernels;

/// <summary>Elementary functions of vectors, the same at every width.</summary>
internal static unsafe class VectorMath
{
    /// <summary>
    /// Half floats to floats, exact for every finite half, subnormals included (infinity and NaN, which no sound file holds, become finite
    /// numbers from 65536 on), on x86 without touching a float subnormal on the way:
    /// a multiplication with one costs Intel processors some 150 cycles, and the scales of quantised blocks can be subnormal halves.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadHalf(void* halves) => ToSingle(Simd512.LoadWords(halves));

    /// <summary>The same of half floats that are the low words of their lanes, their sign extended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<int> words)
    {
        // Sign, exponent and mantissa moved to their places in a float are 2⁻¹¹² of the number. ARM64 multiplies subnormal floats like
        // others.
        if (AdvSimd.IsSupported)
        {
            return ((words << 13) & Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector512.Create(5.192296858534828E+33f);
        }

        // Exponent and mantissa moved to their places in a float; the exponent still has the bias of a half.
        Vector512<int> sign = words & Vector512.Create(unchecked((int)0x80000000));
        Vector512<int> bits = (words << 13) & Vector512.Create(0x0FFFE000);

        // Normal: add the difference of the biases, 127 - 15 = 112. Subnormal: m·2^-24 = 2^-14·(1 + m·2^-10) - 2^-14.
        Vector512<int> subnormal = Vector512.LessThan(bits, Vector512.Create(1 << 23));
        Vector512<int> normal = bits + Vector512.Create(112 << 23);
        Vector512<float> shifted = (bits + Vector512.Create(113 << 23)).AsSingle() - Vector512.Create(113 << 23).AsSingle();
        return Vector512.ConditionalSelect(subnormal, shifted.AsInt32(), normal).AsSingle() | sign.AsSingle();
    }

    /// <summary>bfloat16 to floats: the same numbers with sixteen bits more of fraction, all zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBFloat16(void* values) => (Simd512.LoadWords(values) << 16).AsSingle();

    /// <summary>
    /// eˣ with a relative error below 3·10⁻⁷ for x in [-87, 88]; smaller x give 0, larger ones the value at 88, NaN gives NaN.
    /// eˣ = 2ⁿ·eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2, eʳ by its Taylor polynomial of degree 7 (remainder r⁸/8! &lt; 6·10⁻⁹).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The native minimum and maximum give their second operand where one is NaN.
        Vector512<float> clamped = Vector512.MinNative(Vector512.Create(88f), Vector512.MaxNative(Vector512.Create(-87f), x));
        Vector512<float> n = Vector512.Round(clamped * Vector512.Create(1.44269504f));

        // ln 2 in two parts, the first with so few bits that n times it is exact.
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693359375f), clamped);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(2.12194440e-4f), r);

        Vector512<float> p = Vector512.Create(1f / 5040f);
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f / 720f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f / 120f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f / 24f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f / 6f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(0.5f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1f));

        Vector512<float> power = ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(-87f)), Vector512<float>.Zero, p * power);
    }

    /// <summary>tanh x = 1 - 2 / (1 + e²ˣ), with an absolute error below 4·10⁻⁷.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) =>
        Vector512<float>.One - Vector512.Create(2f) / (Vector512<float>.One + Exp(x + x));
}
