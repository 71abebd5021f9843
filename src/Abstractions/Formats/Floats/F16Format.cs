namespace ModelGen.Formats;

/// <summary>16-bit IEEE floats.</summary>
internal sealed unsafe class F16Format() : SixteenBitFormat(1)
{
    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int c = 0; c < columns; c++)
        {
            values[c] = HalfFloat.ToSingle(((ushort*)row)[c]);
        }
    }

    public override void EncodeRow(float* values, int columns, byte* row)
    {
        for (int c = 0; c < columns; c++)
        {
            ((ushort*)row)[c] = HalfFloat.FromSingle(values[c]);
        }
    }
}
