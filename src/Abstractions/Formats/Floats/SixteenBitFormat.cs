using System;
using System.Runtime.CompilerServices;
using ModelGen.Polyfills;

namespace ModelGen.Formats;

/// <summary>Floats of 16 bits. A tile is one column: 16 values, one a row (32 bytes).</summary>
internal abstract unsafe class SixteenBitFormat(int typeId) : TensorFormat(typeId, ActivationFormat.Float32)
{
    private const int ColumnsOfCacheLine = 64 / sizeof(ushort);

    [MethodImpl(HotLoops.Optimize)]
    public sealed override void PackStrip(byte** rows, int columns, byte* strip)
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
}
