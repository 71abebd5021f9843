using System;
using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>16-bit IEEE floats. A tile is one column: 16 halves, one a row (32 bytes).</summary>
internal sealed unsafe class F16Format() : TensorFormat(1, ActivationFormat.Float32)
{
    private const int ColumnsOfCacheLine = 64 / sizeof(ushort);

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        // A cache line of each row at a time, so that its neighbours in the strip are still in the cache.
        for (int first = 0; first < columns; first += ColumnsOfCacheLine)
        {
            int end = Math.Min(first + ColumnsOfCacheLine, columns);
            for (int r = 0; r < StripRows; r++)
            {
                ushort* row = (ushort*)rows[r];
                ushort* packed = (ushort*)strip + first * StripRows + r;
                for (int c = first; c < end; c++, packed += StripRows)
                {
                    *packed = row == null ? (ushort)0 : row[c];
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int c = 0; c < columns; c++)
        {
            values[c] = HalfFloat.ToSingle(((ushort*)row)[c]);
        }
    }
}
