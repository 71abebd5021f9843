using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>
/// Reads into a buffer of its own. A mapped file would take a page fault for every 4 KiB, and one that is cut off while it is packed,
/// as by a copy over it, would end the process with a signal, a build or a program that loads a GGUF.
/// </summary>
internal sealed unsafe class FileSource(string path) : IBlockSource
{
    private readonly FileStream _file = GgufFile.Open(path);
    private byte[] _buffer = [];
    private GCHandle _pin;

    public byte* Read(long offset, int length)
    {
        if (_buffer.Length < length)
        {
            Unpin();
            _buffer = new byte[length];
            _pin = GCHandle.Alloc(_buffer, GCHandleType.Pinned);
        }

        _file.Position = offset;
        int filled = 0;
        while (filled < length)
        {
            int read = _file.Read(_buffer, filled, length - filled);
            filled += read > 0 ? read : throw new EndOfStreamException($"{path} was cut off while it was being read.");
        }

        return (byte*)_pin.AddrOfPinnedObject();
    }

    public void Dispose()
    {
        Unpin();
        _file.Dispose();
    }

    private void Unpin()
    {
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }
    }
}
