using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using ModelGen.Kernels.Tests.MatMul;
using Xunit;

namespace ModelGen.Kernels.Tests.Embed;

/// <summary>Rows of a packed matrix decode to exactly what the format's definition gives.</summary>
public sealed unsafe class EmbedTests
{
    private const int Rows = 53;

    public static MatrixTheoryData<string, string> FormatsAndWidths =>
        new(TensorFormat.All.Select(format => format.Name), VectorWidth.All.Select(width => width.Name));

    [Theory]
    [MemberData(nameof(FormatsAndWidths))]
    public void EveryRowIsExact(string formatName, string widthName)
    {
        VectorWidth width = Widths.Require(widthName);
        TensorFormat format = TensorFormat.All.Single(format => format.Name == formatName);
        int[] columnCounts = format.Type.BlockLength switch { 1 => [1, 3, 32, 257], 32 => [32, 96, 288], int block => [block, 3 * block] };
        KernelLibrary library = KernelLibrary.Compile(
            width, columnCounts.Select(columns => Requests.Of("Embed" + formatName, "Embed" + columns, width, ("Columns", columns))));
        foreach (int columns in columnCounts)
        {
            CheckMatrix(format, columns, library.Pointer("Embed" + columns));
        }
    }

    private static void CheckMatrix(TensorFormat format, int columns, nint kernel)
    {
        int rowBytes = (int)format.RowBytes(columns);
        int strips = (Rows + TensorFormat.StripRows - 1) / TensorFormat.StripRows;
        byte* matrix = (byte*)NativeMemory.Alloc((nuint)(rowBytes * Rows));
        FillFinite(format, new Span<byte>(matrix, rowBytes * Rows));
        using var packed = new GuardedBuffer(strips * (int)format.StripBytes(columns));
        byte** rows = stackalloc byte*[TensorFormat.StripRows];
        for (int strip = 0; strip < strips; strip++)
        {
            for (int r = 0; r < TensorFormat.StripRows; r++)
            {
                int row = strip * TensorFormat.StripRows + r;
                rows[r] = row < Rows ? matrix + row * rowBytes : null;
            }

            format.PackStrip(rows, columns, packed.Bytes + strip * format.StripBytes(columns));
        }

        packed.ShouldBeIntact();
        using GuardedBuffer expected = GuardedBuffer.OfFloats(columns);
        for (int row = 0; row < Rows; row++)
        {
            using GuardedBuffer y = GuardedBuffer.OfFloats(columns);
            format.DequantizeRow(matrix + row * rowBytes, columns, expected.Floats);
            ((delegate*<byte*, int, float*, void>)kernel)(packed.Bytes, row, y.Floats);
            y.ShouldBeIntact();
            for (int column = 0; column < columns; column++)
            {
                ErrorBound.Same(y.Floats[column], expected.Floats[column], "row {0}, column {1}", row, column);
            }
        }

        NativeMemory.Free(matrix);
    }

    /// <summary>Random bytes, but no infinities and NaN: the top exponent bit of every scale and float is cleared.</summary>
    private static void FillFinite(TensorFormat format, Span<byte> bytes)
    {
        new Random(7).NextBytes(bytes);
        int[] scales = format.Activation == ActivationFormat.Float32 ? [format.Type.BlockBytes - sizeof(ushort)] : BlockFacts.Of(format).HalfOffsets;
        for (int i = 0; i < bytes.Length; i += format.Type.BlockBytes)
        {
            foreach (int offset in scales)
            {
                bytes[i + offset + 1] &= 0xBF;
            }
        }
    }
}
