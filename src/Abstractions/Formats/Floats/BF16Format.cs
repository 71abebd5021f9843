namespace ModelGen.Formats;

/// <summary>bfloat16: the upper 16 bits of a 32-bit float.</summary>
internal sealed unsafe class BF16Format() : SixteenBitFormat(30)
{
    public override void DequantizeRow(byte* row, int columns, float* values)
    {
        for (int c = 0; c < columns; c++)
        {
            ((uint*)values)[c] = (uint)((ushort*)row)[c] << 16;
        }
    }

    /// <summary>Of floats that came of this format: what is cut off is zeros.</summary>
    public override void EncodeRow(float* values, int columns, byte* row)
    {
        for (int c = 0; c < columns; c++)
        {
            ((ushort*)row)[c] = (ushort)(((uint*)values)[c] >> 16);
        }
    }
}
