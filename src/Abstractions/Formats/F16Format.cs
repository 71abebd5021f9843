namespace ModelGen.Formats;

/// <summary>16-bit IEEE floats. A tile is one column: 16 halves, one a row (32 bytes).</summary>
internal sealed unsafe class F16Format() : TensorFormat(1, ActivationFormat.Float32)
{
    public override void PackStrip(byte** rows, int columns, byte* strip)
    {
        for (int r = 0; r < StripRows; r++)
        {
            ushort* row = (ushort*)rows[r];
            ushort* packed = (ushort*)strip + r;
            for (int c = 0; c < columns; c++, packed += StripRows)
            {
                *packed = row == null ? (ushort)0 : row[c];
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
