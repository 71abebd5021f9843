using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>
/// Reads into a buffer of its own. A mapped file would take a page fault for every 4 KiB, and one that is cut off while it is packed,
/// as by a copy over it, would end the process with a signal, a build or a program that loads a GGUF.
/// </summary>
/// <param name="model">The model, whose files are opened when they are first read.</param>
internal sealed unsafe class FileSource(GgufFile model) : IBlockSource
{
    private readonly FileStream?[] _files = new FileStream?[model.Paths.Count];
    private byte[] _buffer = [];
    private GCHandle _pin;

    public byte* Read(long offset, int length)
    {
        int part = 0;
        for (; part < _files.Length - 1 && offset >= model.Header.PartOf(part + 1).FileLength; part++)
        {
            offset -= model.Header.PartOf(part + 1).FileLength;
        }

        FileStream file = _files[part] ??= GgufFile.Open(model.Paths[part]);
        if (_buffer.Length < length)
        {
            Unpin();
            _buffer = new byte[length];
            _pin = GCHandle.Alloc(_buffer, GCHandleType.Pinned);
        }

        file.Position = offset;
        int filled = 0;
        while (filled < length)
        {
            int read = file.Read(_buffer, filled, length - filled);
            filled += read > 0 ? read : throw new EndOfStreamException($"{model.Paths[part]} was cut off while it was being read.");
        }

        return (byte*)_pin.AddrOfPinnedObject();
    }

    public void Dispose()
    {
        Unpin();
        foreach (FileStream? file in _files)
        {
            file?.Dispose();
        }
    }

    private void Unpin()
    {
        if (_pin.IsAllocated)
        {
            _pin.Free();
        }
    }
}
