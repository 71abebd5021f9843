using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;

namespace ModelGen.Gguf;

/// <summary>
/// Reads little-endian values from a stream front to back, never past <see cref="GgufLimits.MaxHeaderBytes"/>, and hashes what it
/// passes. Every length is checked against the bytes that remain before anything is allocated for it.
/// </summary>
internal sealed class GgufByteReader : IDisposable
{
    // One read in 64 KiB costs little beside hashing it; the bytes read beyond the header are at most as many.
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly string _displayName;
    private readonly long _length;
    private readonly byte[] _buffer;
    private readonly List<RunningHash> _hashes = [];
    private long _bufferStart;
    private int _position;
    private int _filled;

    /// <param name="stream">A seekable stream over the whole file; stays open.</param>
    /// <param name="displayName">What messages call the file.</param>
    /// <param name="start">Where reading begins.</param>
    public GgufByteReader(Stream stream, string displayName, long start)
    {
        _stream = stream;
        _displayName = displayName;
        _length = stream.Length;
        _buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(_length, sizeof(ulong)))];
        _bufferStart = start;
        stream.Position = start;
    }

    /// <summary>What is being read, as messages name it: "metadata key 'general.name'".</summary>
    public string Subject { get; set; } = "the start of the header";

    /// <summary>Bytes from the start of the file.</summary>
    public long Position => _bufferStart + _position;

    /// <summary>Length of the whole file.</summary>
    public long Length => _length;

    /// <summary>Bytes that a header can still have.</summary>
    public long Remaining => Math.Max(0, Math.Min(_length, GgufLimits.MaxHeaderBytes) - Position);

    public byte ReadByte() => _buffer[Take(1)];

    public ushort ReadUInt16()
    {
        int at = Take(2);
        return (ushort)(_buffer[at] | (_buffer[at + 1] << 8));
    }

    public uint ReadUInt32() => LittleEndian(Take(4));

    public ulong ReadUInt64()
    {
        int at = Take(8);
        return LittleEndian(at) | ((ulong)LittleEndian(at + 4) << 32);
    }

    public unsafe float ReadSingle()
    {
        uint bits = ReadUInt32();
        return *(float*)&bits;
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(unchecked((long)ReadUInt64()));

    /// <summary>Reads a bool, which must be 0 or 1.</summary>
    public bool ReadBool()
    {
        byte value = ReadByte();
        return value <= 1 ? value == 1 : throw Error($"has a bool of {value}, but bools are 0 or 1. The file is damaged.");
    }

    /// <summary>Reads a count or length of 64 bits of things with at least <paramref name="itemBytes"/> bytes each.</summary>
    /// <param name="itemBytes">The fewest bytes that one of them can have.</param>
    /// <param name="things">What they are, for the message.</param>
    public long ReadCount(int itemBytes, string things)
    {
        ulong count = ReadUInt64();
        if (count > (ulong)(Remaining / itemBytes))
        {
            throw Error($"claims {count} {things}, but {Shortage()}");
        }

        return (long)count;
    }

    /// <summary>Reads <paramref name="count"/> bytes.</summary>
    public byte[] ReadBytes(int count)
    {
        RequireRemaining(count);
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count)
        {
            int part = NextPart(count - done);
            Buffer.BlockCopy(_buffer, _position, bytes, done, part);
            _position += part;
            done += part;
        }

        return bytes;
    }

    /// <summary>Passes over <paramref name="count"/> bytes, which running hashes see.</summary>
    public void Skip(long count)
    {
        RequireRemaining(count);
        while (count > 0)
        {
            int part = NextPart(count);
            _position += part;
            count -= part;
        }
    }

    /// <summary>Starts a SHA-256 of everything read from here on.</summary>
    public RunningHash StartHash()
    {
        RunningHash hash = new(_position);
        _hashes.Add(hash);
        return hash;
    }

    /// <summary>Ends a hash at the current position and gives its 64 lower-case hexadecimal digits.</summary>
    public string EndHash(RunningHash hash)
    {
        hash.Append(_buffer, _position);
        _hashes.Remove(hash);
        return hash.Finish();
    }

    /// <summary>The error for a sentence that goes on after the file's name and <see cref="Subject"/>.</summary>
    public ModelGenException Error(FormattableString problem) => Error(problem.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="Error(FormattableString)"/>
    public ModelGenException Error(string problem) => new(_displayName + ": " + Subject + " " + problem);

    public void Dispose()
    {
        foreach (RunningHash hash in _hashes)
        {
            hash.Dispose();
        }
    }

    private uint LittleEndian(int at) =>
        (uint)(_buffer[at] | (_buffer[at + 1] << 8) | (_buffer[at + 2] << 16) | (_buffer[at + 3] << 24));

    /// <summary>Passes over <paramref name="count"/> ≤ 8 bytes and gives the place in the buffer where they lie side by side.</summary>
    private int Take(int count)
    {
        if (_filled - _position < count)
        {
            RequireRemaining(count);
            Fill(count);
        }

        int at = _position;
        _position += count;
        return at;
    }

    /// <summary>How many of the next <paramref name="wanted"/> ≥ 1 bytes lie in the buffer, at least one.</summary>
    private int NextPart(long wanted)
    {
        if (_position == _filled)
        {
            Fill(1);
        }

        return (int)Math.Min(wanted, _filled - _position);
    }

    /// <summary>Moves the unread bytes to the front of the buffer and reads on until at least <paramref name="count"/> are there.</summary>
    private void Fill(int count)
    {
        foreach (RunningHash hash in _hashes)
        {
            hash.Append(_buffer, _position);
            hash.Mark = 0;
        }

        int unread = _filled - _position;
        Buffer.BlockCopy(_buffer, _position, _buffer, 0, unread);
        _bufferStart += _position;
        _position = 0;
        _filled = unread;
        while (_filled < count)
        {
            int read = _stream.Read(_buffer, _filled, _buffer.Length - _filled);
            if (read == 0)
            {
                throw Error($"ends early: the file became shorter while it was read.");
            }

            _filled += read;
        }
    }

    private void RequireRemaining(long count)
    {
        if (count > Remaining)
        {
            throw Error($"is incomplete: {Shortage()}");
        }
    }

    private string Shortage() => _length > GgufLimits.MaxHeaderBytes
        ? "headers have at most " + (GgufLimits.MaxHeaderBytes >> 20).ToString(CultureInfo.InvariantCulture) + " MiB. The file is damaged."
        : "the file is cut off after " + _length.ToString(CultureInfo.InvariantCulture) + " bytes. Download or convert it again.";

    /// <summary>A SHA-256 that takes the buffer's bytes in large parts, not value by value.</summary>
    internal sealed class RunningHash(int mark) : IDisposable
    {
        private readonly SHA256 _algorithm = SHA256.Create();

        /// <summary>Start of the buffer's bytes that are not yet in the hash.</summary>
        public int Mark { get; set; } = mark;

        public void Append(byte[] buffer, int end)
        {
            _algorithm.TransformBlock(buffer, Mark, end - Mark, null, 0);
            Mark = end;
        }

        public string Finish()
        {
            _algorithm.TransformFinalBlock([], 0, 0);
            string digits = Hexadecimal.Lower(_algorithm.Hash!);
            _algorithm.Dispose();
            return digits;
        }

        public void Dispose() => _algorithm.Dispose();
    }
}
