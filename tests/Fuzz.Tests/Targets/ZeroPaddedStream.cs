using System;
using System.IO;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Bytes with zeros behind them: a header whose file has room for its tensors.</summary>
internal sealed class ZeroPaddedStream(byte[] bytes, int zeros) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => bytes.Length + zeros;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        int read = (int)Math.Min(count, Math.Max(0, Length - Position));
        Span<byte> target = buffer.AsSpan(offset, read);
        target.Clear();
        if (Position < bytes.Length)
        {
            bytes.AsSpan((int)Position, (int)Math.Min(read, bytes.Length - Position)).CopyTo(target);
        }

        Position += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
