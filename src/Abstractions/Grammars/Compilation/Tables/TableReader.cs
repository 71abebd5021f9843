namespace ModelGen.Grammars.Compilation;

/// <summary>Reads what a <see cref="TableWriter"/> wrote, never beyond its end.</summary>
internal sealed class TableReader
{
    private const int ChecksumLength = 4;

    private readonly byte[] _bytes;
    private readonly int _end;
    private int _position;

    /// <exception cref="GrammarException">The checksum is not that of the bytes.</exception>
    public TableReader(byte[] bytes)
    {
        _bytes = bytes;
        _end = bytes.Length - ChecksumLength;
        if (_end < 0)
        {
            throw Damaged();
        }

        uint checksum = bytes[_end] | (uint)bytes[_end + 1] << 8 | (uint)bytes[_end + 2] << 16 | (uint)bytes[_end + 3] << 24;
        if (checksum != TableWriter.Checksum(bytes, _end))
        {
            throw Damaged();
        }
    }

    public byte ReadByte() => _position < _end ? _bytes[_position++] : throw Damaged();

    /// <summary>Reads a number that is not negative.</summary>
    public int Read()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = ReadByte();
            value |= (uint)(next & 0x7F) << shift;
            if (next <= 0x7F)
            {
                return value <= int.MaxValue && (shift < 28 || next <= 7) ? (int)value : throw Damaged();
            }
        }

        throw Damaged();
    }

    /// <summary>Reads a number that is smaller than a limit.</summary>
    public int Read(int below)
    {
        int value = Read();
        CheckBelow(value, below);
        return value;
    }

    /// <summary>Reads the number of things, each of which takes a byte at least, so that no more room is made than bytes are there.</summary>
    public int ReadCount() => Read(below: _end + 1);

    /// <summary>Reads how far a number from 0 to <paramref name="below"/> − 1 is from another one.</summary>
    public int ReadSigned(int from, int below)
    {
        int difference = Read();
        long value = (difference & 1) != 0 ? from - ((difference >> 1) + 1L) : from + (long)(difference >> 1);
        return value >= 0 && value < below ? (int)value : throw Damaged();
    }

    /// <summary>The sum of two numbers that are not negative.</summary>
    public int Sum(int left, int right) => left <= int.MaxValue - right ? left + right : throw Damaged();

    public void CheckBelow(int value, int limit)
    {
        if (value >= limit)
        {
            throw Damaged();
        }
    }

    /// <summary>Checks that all has been read.</summary>
    public void CheckEnd() => CheckBelow(_end - _position, 1);

    public static GrammarException Damaged() => new("The tables of a grammar are damaged; build the program again.");
}
