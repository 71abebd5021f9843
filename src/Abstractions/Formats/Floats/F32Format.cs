using System;
using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>32-bit floats. A tile is one column: 16 floats, one a row (64 bytes).</summary>
internal sealed unsafe class F32Format() : TensorFormat(0, ActivationFormat.Float32)
{
    private const int ColumnsOfCacheLine = 64 / sizeof(uint);

    [MethodImpl(HotLoops.Optimize)]
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        // A cache line of each row at a time, so that its neighbours in the strip are still in the cache.
        for (int first = 0; first < columns; first += ColumnsOfCacheLine)
        {
            int end = Math.Min(first + ColumnsOfCacheLine, columns);
            for (int r = 0; r < StripRows; r++)
            {
                uint* row = (uint*)rows[r];
                uint* packed = (uint*)strip + first * StripRows + r;
                for (int c = first; c < end; c++, packed += StripRows)
                {
                    *packed = row == null ? 0 : row[c];
                }
            }
        }
    }

    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int c = 0; c < columns; c++)
        {
            values[c] = ((float*)row)[c];
        }
    }

    public override void EncodeRow(float* values, int columns, byte* row)
    {
        for (int c = 0; c < columns; c++)
        {
            ((float*)row)[c] = values[c];
        }
    }
}
