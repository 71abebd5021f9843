using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Formats;

/// <summary>
/// A format's definition gives the floats that llama.cpp's ggml gives, bit for bit: each is made of the same few operations in the same
/// order. <c>make_truths.py</c> beside this file wrote the rows and their floats.
/// </summary>
[Trait(Widths.IndependentTrait, "true")]
public sealed unsafe class DecodingTests
{
    public static TheoryData<string> Names =>
        [.. TensorFormat.All.Where(format => format is not F32Format).Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void RowsDecodeToTheBitsOfGgml(string name)
    {
        TensorFormat format = TensorFormat.All.Single(format => format.Name == name);
        string path = Path.Combine(RepositoryFiles.Root, "tests/Kernels.Tests/Formats/Truths", name + ".json");
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(path));
        byte[] row = Convert.FromHexString(truth.RootElement.GetProperty("row").GetString()!);
        uint[] expected = [.. truth.RootElement.GetProperty("values").GetString()!.Chunk(8)
            .Select(digits => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        format.RowBytes(expected.Length).ShouldBe(row.Length);

        using GuardedBuffer values = GuardedBuffer.OfFloats(expected.Length);
        fixed (byte* bytes = row)
        {
            format.DequantizeRow(bytes, expected.Length, values.Floats);
        }

        values.ShouldBeIntact();
        for (int column = 0; column < expected.Length; column++)
        {
            ErrorBound.Same(values.Floats[column], BitConverter.UInt32BitsToSingle(expected[column]), "column {0}", column);
        }
    }
}
