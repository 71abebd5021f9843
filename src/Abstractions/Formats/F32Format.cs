namespace ModelGen.Formats;

/// <summary>32-bit floats. A tile is one column: 16 floats, one a row (64 bytes).</summary>
internal sealed unsafe class F32Format() : TensorFormat(0, ActivationFormat.Float32)
{
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int r = 0; r < StripRows; r++)
        {
            uint* row = (uint*)rows[r];
            uint* packed = (uint*)strip + r;
            for (int c = 0; c < columns; c++, packed += StripRows)
            {
                *packed = row == null ? 0 : row[c];
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
}
