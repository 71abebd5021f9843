using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using ModelGen.Packing;

namespace ModelGen.Execution;

/// <summary>
/// How saved sessions stand in a stream (docs/saved-sessions.md): the magic bytes, then frames, each of its length, its bytes and a checksum over
/// them and the checksum before. Whatever is cut off, changed or exchanged is found before it is used.
/// </summary>
internal static class SavedSession
{
    /// <summary>Raised when the same session would be written differently.</summary>
    public const int Version = 1;

    /// <summary>First bytes of the stream: "MGENSESS".</summary>
    public static ReadOnlySpan<byte> Magic => "MGENSESS"u8;

    /// <summary>Checksum of a frame behind another one.</summary>
    public static ulong Chain(ulong previous, byte[] frame)
    {
        byte[] pair = new byte[2 * sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(pair, previous);
        BinaryPrimitives.WriteUInt64LittleEndian(pair.AsSpan(sizeof(ulong)), XxHash64.Hash(frame));
        return XxHash64.Hash(pair);
    }
}

/// <summary>Writes a saved session.</summary>
internal sealed class SavedSessionWriter
{
    private readonly Stream _stream;
    private ulong _checksum = SavedSession.Version;

    public SavedSessionWriter(Stream stream)
    {
        _stream = stream;
        stream.Write(SavedSession.Magic);
    }

    /// <summary>Writes a frame.</summary>
    public void Write(byte[] frame)
    {
        _checksum = SavedSession.Chain(_checksum, frame);
        byte[] number = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(number, frame.Length);
        _stream.Write(number);
        _stream.Write(frame);
        BinaryPrimitives.WriteUInt64LittleEndian(number, _checksum);
        _stream.Write(number);
    }

    /// <summary>Writes a frame of whole numbers.</summary>
    public void Write(ReadOnlySpan<int> numbers)
    {
        byte[] frame = new byte[numbers.Length * sizeof(int)];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(i * sizeof(int)), numbers[i]);
        }

        Write(frame);
    }

    /// <summary>Writes a frame of text.</summary>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));
}

/// <summary>Reads a saved session. Every method throws where the stream does not have what it should.</summary>
internal sealed class SavedSessionReader
{
    private readonly Stream _stream;
    private ulong _checksum = SavedSession.Version;

    /// <exception cref="ModelGenException">The stream has no saved session.</exception>
    public SavedSessionReader(Stream stream)
    {
        _stream = stream;
        byte[] magic = new byte[SavedSession.Magic.Length];
        if (stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) != magic.Length || !SavedSession.Magic.SequenceEqual(magic))
        {
            throw new ModelGenException("The stream has no saved session; give one that Session.Save has written.");
        }
    }

    /// <summary>The next frame.</summary>
    /// <param name="mostBytes">More cannot be right, and are not read.</param>
    /// <exception cref="ModelGenException">The stream is cut off, or not what was written.</exception>
    public byte[] Read(long mostBytes)
    {
        long length = (long)ReadNumber();
        if (length < 0 || length > mostBytes)
        {
            throw Altered();
        }

        byte[] frame = new byte[length];
        if (_stream.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) != frame.Length)
        {
            throw Cut();
        }

        _checksum = SavedSession.Chain(_checksum, frame);
        return ReadNumber() == _checksum ? frame : throw Altered();
    }

    /// <summary>The next frame, of so many bytes.</summary>
    /// <exception cref="ModelGenException">The stream is cut off, or not what was written.</exception>
    public byte[] ReadExactly(long bytes)
    {
        byte[] frame = Read(bytes);
        return frame.Length == bytes ? frame : throw Altered();
    }

    /// <summary>The next frame, of whole numbers.</summary>
    /// <param name="most">Most numbers.</param>
    /// <exception cref="ModelGenException">The stream is cut off, or not what was written.</exception>
    public int[] ReadNumbers(int most)
    {
        byte[] frame = Read(most * (long)sizeof(int));
        int[] numbers = new int[frame.Length / sizeof(int)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(i * sizeof(int)));
        }

        return numbers;
    }

    /// <summary>The next frame, of text.</summary>
    /// <exception cref="ModelGenException">The stream is cut off, or not what was written.</exception>
    public string ReadText()
    {
        const int MostBytes = 1 << 16;
        return Encoding.UTF8.GetString(Read(MostBytes));
    }

    /// <summary>What is said of a stream whose frames fit together and yet make no session.</summary>
    public static ModelGenException Altered() => new("The saved session is not what Session.Save has written: it is damaged, or was changed; save the session again.");

    private static ModelGenException Cut() => new("The saved session ends too early: it is cut off; save the session again.");

    private ulong ReadNumber()
    {
        byte[] number = new byte[sizeof(ulong)];
        return _stream.ReadAtLeast(number, number.Length, throwOnEndOfStream: false) == number.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(number)
            : throw Cut();
    }
}
