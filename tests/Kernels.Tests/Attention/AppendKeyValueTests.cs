using System;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>The layout of the key/value cache.</summary>
public sealed class AppendKeyValueTests
{
    public static MatrixTheoryData<int, string> HeadDimensionsAndWidths => new(AttentionKernels.HeadDimensions, WidthNames);

    private static string[] WidthNames => [VectorWidth.Avx512.Name, VectorWidth.Avx2.Name, VectorWidth.Vector128.Name];

    [Theory]
    [MemberData(nameof(HeadDimensionsAndWidths))]
    public unsafe void EachValueLandsInItsPlaceAndNothingElseChanges(int headDimension, string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        int[] positions = [0, 63, 64, 127, 128, 130];
        using var input = new AttentionInput(headDimension, 131, 1, FloatKind.Usual, 1f, new Random(2));
        float[] keys = input.KeyCache.FloatSpan.ToArray();
        float[] values = input.ValueCache.FloatSpan.ToArray();
        foreach (int position in positions)
        {
            input.Append(kernels.Append(headDimension), position);
            for (int d = 0; d < headDimension; d++)
            {
                keys[position / 64 * 64 * headDimension + d * 64 + position % 64] = input.Keys[position][d];
                values[position * input.ValueStride + d] = input.Values[position][d];
            }
        }

        input.KeyCache.ShouldBeIntact();
        input.ValueCache.ShouldBeIntact();
        input.KeyCache.FloatSpan.ToArray().ShouldBe(keys);
        input.ValueCache.FloatSpan.ToArray().ShouldBe(values);
    }
}
