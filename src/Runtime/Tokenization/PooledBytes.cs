using System;
using System.Buffers;

namespace ModelGen.Tokenization;

/// <summary>Bytes that are written one after the other into a rented array, which grows with them.</summary>
/// <param name="capacity">Bytes that fit before it grows.</param>
internal ref struct PooledBytes(int capacity)
{
    private byte[] _rented = ArrayPool<byte>.Shared.Rent(capacity);
    private int _length = 0;

    /// <summary>What was written; valid until more is.</summary>
    public readonly ReadOnlySpan<byte> Written => _rented.AsSpan(0, _length);

    public void Write(byte value)
    {
        if (_length == _rented.Length)
        {
            Grow(1);
        }

        _rented[_length++] = value;
    }

    public void Write(scoped ReadOnlySpan<byte> values)
    {
        if (_rented.Length - _length < values.Length)
        {
            Grow(values.Length);
        }

        values.CopyTo(_rented.AsSpan(_length));
        _length += values.Length;
    }

    /// <summary>Gives the array back.</summary>
    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_rented);

    private void Grow(int count)
    {
        int needed = TextLength.Checked(_length + (long)count);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, (int)Math.Min(2L * _length, Array.MaxLength)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_rented);
        _rented = larger;
    }
}
