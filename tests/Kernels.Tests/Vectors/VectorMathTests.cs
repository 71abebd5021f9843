using System;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Vectors;

/// <summary>The helpers of the kernels, lane by lane. Their arguments are vectors, so a small class is compiled around them.</summary>
public sealed unsafe class VectorMathTests
{
    /// <summary>The bound that VectorMath.Exp states.</summary>
    private const double ExpBound = 3e-7;

    private const string Loops = """
        /// <summary>The helpers over rows of floats.</summary>
        internal static unsafe class Loops
        {
            public static void Exp(float* x, float* y, int count)
            {
                for (int i = 0; i < count; i += Vector512<float>.Count)
                {
                    VectorMath.Exp(Vector512.Load(x + i)).Store(y + i);
                }
            }

            public static void LoadHalf(ushort* x, float* y, int count)
            {
                for (int i = 0; i < count; i += Vector512<float>.Count)
                {
                    VectorMath.LoadHalf(x + i).Store(y + i);
                }
            }
        }
        """;

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EveryFiniteHalfIsExact(string widthName)
    {
        const int Count = 65536;
        KernelLibrary library = Compile(widthName);
        using var halves = new GuardedBuffer(Count * sizeof(ushort));
        using GuardedBuffer floats = GuardedBuffer.OfFloats(Count);
        for (int i = 0; i < Count; i++)
        {
            ((ushort*)halves.Bytes)[i] = (ushort)i;
        }

        ((delegate*<ushort*, float*, int, void>)library.Pointer("Loops", "LoadHalf"))((ushort*)halves.Bytes, floats.Floats, Count);
        floats.ShouldBeIntact();
        for (int i = 0; i < Count; i++)
        {
            Half half = BitConverter.UInt16BitsToHalf((ushort)i);
            if (Half.IsFinite(half))
            {
                ErrorBound.Same(floats.Floats[i], (float)half, "half 0x{0:X4}", i);
            }
            else
            {
                Math.Abs(floats.Floats[i]).ShouldBeInRange(65536f, 131008f, $"half 0x{i:X4}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ExponentialIsWithinItsBound(string widthName)
    {
        // From -89 to 90 in steps of 2⁻¹⁴, and what lies around zero and around the ends.
        const int Steps = (90 + 89) << 14;
        KernelLibrary library = Compile(widthName);
        using GuardedBuffer x = GuardedBuffer.OfFloats(Steps);
        using GuardedBuffer y = GuardedBuffer.OfFloats(Steps);
        for (int i = 0; i < Steps; i++)
        {
            x.Floats[i] = -89f + i / 16384f;
        }

        float[] special =
        [
            0f, -0f, 1e-45f, -1e-45f, 1e-20f, 87.999f, 88f, 88.001f, 1000f, float.MaxValue, float.PositiveInfinity,
            -87f, -86.99999f, -87.00001f, -1000f, float.MinValue, float.NegativeInfinity,
        ];
        special.CopyTo(x.FloatSpan);
        ((delegate*<float*, float*, int, void>)library.Pointer("Loops", "Exp"))(x.Floats, y.Floats, Steps);
        y.ShouldBeIntact();
        for (int i = 0; i < Steps; i++)
        {
            float at = x.Floats[i];
            double expected = at < -87f ? 0 : Math.Exp(Math.Min(at, 88f));
            ErrorBound.Check(y.Floats[i], expected, ExpBound * expected, "exp at step {0}", i);
        }
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ExponentialOfZeroIsOneAndOfNaNIsNaN(string widthName)
    {
        KernelLibrary library = Compile(widthName);
        using GuardedBuffer x = GuardedBuffer.OfFloats(16);
        using GuardedBuffer y = GuardedBuffer.OfFloats(16);
        x.FloatSpan.Clear();
        x.Floats[3] = float.NaN;
        ((delegate*<float*, float*, int, void>)library.Pointer("Loops", "Exp"))(x.Floats, y.Floats, 16);
        for (int i = 0; i < 16; i++)
        {
            y.Floats[i].ShouldBe(i == 3 ? float.NaN : 1f);
        }
    }

    private static KernelLibrary Compile(string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        return KernelLibrary.Compile(width, KernelFile.Parse("Loops", Loops));
    }
}
