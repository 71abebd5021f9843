using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>The layouts of the key/value cache, and how far what comes back is from what went in.</summary>
public sealed class AppendTests
{
    private static readonly int[] Positions = [0, 63, 64, 127, 128, 130];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void EachElementComesBackAndNothingElseChanges(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        foreach (AttentionShape shape in AttentionShape.All.Where(shape => shape.GroupSize is 2))
        {
            foreach (FloatKind kind in (FloatKind[])[FloatKind.Usual, FloatKind.Sparse, FloatKind.Wide])
            {
                using var input = new AttentionInput(shape, 131, 1, kind, 1f, new Random(2));
                int[] keys = Words(input.KeyCache);
                int[] values = Words(input.ValueCache);
                foreach (int position in Positions)
                {
                    input.Append(kernels, position);
                    Check(shape, input.KeyCache, keys, position, input.Keys[position], isKey: true);
                    Check(shape, input.ValueCache, values, position, input.Values[position], isKey: false);
                }

                input.KeyCache.ShouldBeIntact();
                input.ValueCache.ShouldBeIntact();
                Words(input.KeyCache).ShouldBe(keys);
                Words(input.ValueCache).ShouldBe(values);
            }
        }
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ARowWithANotANumberIsSeen(string widthName)
    {
        AttentionKernels kernels = AttentionKernels.Of(Widths.Require(widthName));
        foreach (AttentionShape shape in AttentionShape.All.Where(shape => shape.GroupSize is 2))
        {
            using var input = new AttentionInput(shape, 3, shape.GroupSize, FloatKind.Usual, 1f, new Random(4));
            input.Values[1][shape.HeadDimension - 1] = float.NaN;
            input.Fill(kernels);
            kernels.Decode(shape, input, 3).ShouldAllBe(row => float.IsNaN(row[shape.HeadDimension - 1]));
        }
    }

    private static int[] Words(GuardedBuffer buffer) => MemoryMarshal.Cast<byte, int>(buffer.ByteSpan).ToArray();

    /// <summary>Compares the elements of a row, and copies its words and scales to what is expected of the whole cache.</summary>
    private static void Check(AttentionShape shape, GuardedBuffer cache, int[] expected, int position, float[] row, bool isKey)
    {
        int[] words = Words(cache);
        int rowWords = shape.Stride / shape.Parts;
        int scales = isKey ? shape.KeyScaleGroups : Math.Min(shape.KeyScaleGroups, 1);
        int block = position / 64 * 64 * (rowWords + scales);
        int slot = position % 64;
        for (int scale = 0; scale < scales; scale++)
        {
            expected[block + scale * 64 + slot] = words[block + scale * 64 + slot];
        }

        for (int i = 0; i < rowWords; i++)
        {
            int place = block + scales * 64 + (isKey ? i * 64 + slot : slot * rowWords + i);
            expected[place] = words[place];
            for (int part = 0; part < shape.Parts; part++)
            {
                int d = part * rowWords + i;
                double original = d < row.Length ? row[d] : 0;
                if (shape.Parts == 1)
                {
                    BitConverter.Int32BitsToSingle(words[place]).ShouldBe((float)original);
                    continue;
                }

                int bits = 32 / shape.Parts;
                double scale = BitConverter.Int32BitsToSingle(words[block + ScaleOf(shape, i, isKey) * 64 + slot]);
                double element = (words[place] << (part * bits)) * scale;
                ErrorBound.Check(element, original, shape.StepOf(Sharing(shape, row, i, isKey)), "position {0}, element {1}", position, d);
            }
        }
    }

    /// <summary>The elements of a row that share the scale of a word.</summary>
    private static float[] Sharing(AttentionShape shape, float[] row, int word, bool isKey)
    {
        int rowWords = shape.Stride / shape.Parts;
        return [.. row.Where((_, d) => ScaleOf(shape, d % rowWords, isKey) == ScaleOf(shape, word, isKey)), 0f];
    }

    private static int ScaleOf(AttentionShape shape, int word, bool isKey) =>
        isKey ? word * shape.KeyScaleGroups / (shape.Stride / shape.Parts) : 0;
}
