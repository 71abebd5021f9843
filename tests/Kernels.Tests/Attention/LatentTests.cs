using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Attention;

/// <summary>Keys whose begin is their value: what is appended, and what is turned of a block of them.</summary>
public sealed unsafe class LatentTests
{
    private const int BlockKeys = KeyValueLayout.BlockKeys;

    // Of keys; what is behind the latent is rotated. Lengths that fill every format's blocks, and that fill none.
    private static readonly (int Latent, int Key)[] Lengths = [(64, 96), (48, 56), (256, 288), (16, 24)];

    public static TheoryData<string, KeyValueFormat> Cases => new(
        from string width in Widths.Names.Select(row => row.Data)
        from format in Enum.GetValues<KeyValueFormat>()
        select (width, format));

    [Theory]
    [MemberData(nameof(Cases))]
    public void ABlockOfKeysGivesTheirFirstElementsKeyByKey(string widthName, KeyValueFormat format)
    {
        VectorWidth width = Widths.Require(widthName);

        // One library of all lengths: compiling takes longer than running, on an emulated processor by far.
        Shape[] shapes = [.. Lengths.Select(lengths => new Shape(format, lengths.Latent, lengths.Key))];
        KernelLibrary library = KernelLibrary.Compile(width, shapes.SelectMany(shape => shape.Requests(width)));
        foreach (Shape shape in shapes)
        {
            shape.Layout.ValueBlockBytes.ShouldBe(0);
            shape.Layout.HeadBytes.ShouldBe(shape.Layout.KeyBytes);
            foreach (FloatKind kind in Enum.GetValues<FloatKind>())
            {
                foreach (int count in (int[])[1, 15, 16, 17, 63, 64])
                {
                    Check(library, shape, count, kind);
                }
            }
        }
    }

    private static void Check(KernelLibrary library, Shape shape, int count, FloatKind kind)
    {
        (KeyValueLayout layout, int latent, int length) = (shape.Layout, shape.Latent, shape.Length);
        var random = new Random(count);
        using var cache = new GuardedBuffer(2 * layout.KeyBlockBytes);
        cache.ByteSpan.Clear();
        var keys = new List<float[]>();
        var appendKey = (delegate*<float*, float*, byte*, byte*, int, void>)library.Pointer(shape.NameOf(shape.Append));
        for (int position = BlockKeys; position < BlockKeys + count; position++)
        {
            // Room for another key stands in the place of a value.
            keys.Add(FloatValues.Create(random, length, kind));
            using GuardedBuffer key = GuardedBuffer.OfFloats(keys[^1]);
            using GuardedBuffer room = GuardedBuffer.OfFloats(layout.Stride);
            appendKey(key.Floats, room.Floats, cache.Bytes, null, position);
            room.ShouldBeIntact();
            key.FloatSpan.ToArray().ShouldBe(keys[^1]);
        }

        cache.ShouldBeIntact();
        cache.ByteSpan[..layout.KeyBlockBytes].IndexOfAnyExcept((byte)0).ShouldBe(-1, "the block before");
        byte* block = cache.Bytes + layout.KeyBlockBytes;
        using GuardedBuffer floats = GuardedBuffer.OfFloats(BlockKeys * (layout.KeyScaleGroups + layout.Stride));
        if (shape.Plan.UnpackKeys is string unpack)
        {
            ((delegate*<byte*, int, float*, void>)library.Pointer(shape.NameOf(unpack)))(block, layout.Stride / layout.Parts, floats.Floats);
            floats.ShouldBeIntact();
            block = floats.Bytes;
        }

        using GuardedBuffer values = GuardedBuffer.OfFloats(BlockKeys * layout.ValueStride);
        ((delegate*<float*, int, float*, void>)library.Pointer(shape.NameOf(shape.Plan.TransposeLatents!)))((float*)block, count, values.Floats);
        values.ShouldBeIntact();
        for (int i = 0; i < count; i++)
        {
            float[] value = values.FloatSpan.Slice(i * layout.ValueStride, layout.ValueStride).ToArray();
            for (int d = 0; d < layout.ValueStride; d++)
            {
                double expected = d < latent ? keys[i][d] : 0;

                // Half a step of the format, a little more for the fraction of a word's lower elements and for the product with the scale.
                double step = layout.Parts == 1 ? 0 : 0.504 * keys[i].Max(Math.Abs) / ((1 << (32 / layout.Parts - 1)) - 1) + 1e-28;
                ErrorBound.Check(value[d], expected, step, "key {0}, element {1}", i, d);
            }
        }
    }

    /// <summary>Kernels of one length, planned as for a model.</summary>
    private sealed class Shape
    {
        private readonly Generator.Plan.Kernels _kernels = new();

        public Shape(KeyValueFormat format, int latent, int length)
        {
            (Latent, Length) = (latent, length);
            Layout = KeyValueLayout.Create(format, length, contextLength: 256, latent);
            Append = Generator.Plan.AttentionKernels.Append(_kernels, Layout, length);
            Plan = Generator.Plan.AttentionKernels.Plan(_kernels, Layout, length, groupSize: 16, scale: 1f);
        }

        public int Latent { get; }

        public int Length { get; }

        public KeyValueLayout Layout { get; }

        public string Append { get; }

        public Generator.Plan.AttentionKernels Plan { get; }

        public string NameOf(string kernel) => $"{kernel}_Of{Length}";

        public IEnumerable<KernelRequest> Requests(VectorWidth width) => _kernels.All
            .Where(kernel => kernel.Name == Append || kernel.Name == Plan.UnpackKeys || kernel.Name == Plan.TransposeLatents)
            .Select(kernel => kernel.Request(width) with { Name = NameOf(kernel.Name) });
    }
}
