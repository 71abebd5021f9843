using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.Gguf;
using ModelGen.Layout;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>Writes packed weights to a file, from a mapped file through a few blocks of memory, so that memory does not grow with the model.</summary>
internal static unsafe class PackedFileWriter
{
    /// <summary>
    /// Whether <paramref name="target"/> holds the weights of this model in the layout of this version, and is newer than the model.
    /// </summary>
    public static bool IsCurrent(string target, GgufFile model)
    {
        FileInfo file = new(target);
        if (!file.Exists || file.Length < PackedFileHeader.PageSize || file.LastWriteTimeUtc <= File.GetLastWriteTimeUtc(model.Path!))
        {
            return false;
        }

        try
        {
            PackedFileHeader header = ReadHeader(target);
            return header.LayoutVersion == WeightLayout.Version
                && header.HeaderHash == model.Header.HeaderHash
                && header.ShapeHash == GgufSnapshot.ShapeHash(model.Header);
        }
        catch (ModelGenException)
        {
            // Damaged or cut off.
            return false;
        }
    }

    /// <summary>Packs <paramref name="image"/> into <paramref name="target"/>. Under that name there is never half a file.</summary>
    /// <param name="model">The model, which lies in a file.</param>
    /// <param name="image">The packed file to be made of it.</param>
    /// <param name="target">Path of the packed file.</param>
    /// <param name="progress">Called with the bytes packed so far, one call at a time.</param>
    /// <param name="cancellation">Ends packing within a piece's time.</param>
    /// <exception cref="OperationCanceledException">Cancelled; what was there before is still there.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public static void Write(GgufFile model, PackedImage image, string target, Action<long> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = target + ".tmp";
        try
        {
            Fill(model, image, temporary, progress, cancellation);
            cancellation.ThrowIfCancellationRequested();
            AtomicFile.Move(temporary, target);
        }
        catch
        {
            AtomicFile.Delete(temporary);
            throw;
        }
    }

    private static void Fill(GgufFile model, PackedImage image, string path, Action<long> progress, CancellationToken cancellation)
    {
        using FileStream source = GgufFile.Open(model.Path!);
        if (source.Length != model.Header.FileLength)
        {
            throw new IOException("The model was changed while it was being packed; build again.");
        }

        using FileStream target = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        target.SetLength(image.Length);
        using MappedFile gguf = new(source);
        try
        {
            image.Write(gguf.Start, () => new FileTarget(path), bytes =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress(bytes);
            });
        }
        catch (AggregateException) when (cancellation.IsCancellationRequested)
        {
            // Every thread has thrown its own.
            throw new OperationCanceledException(cancellation);
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is IOException or UnauthorizedAccessException)
        {
            // The disk is full, most often; every thread has seen it.
            throw new IOException(error.InnerExceptions[0].Message, error);
        }

        // The file must be on the disk before its name is: after a power cut there is the old file or the new one.
        target.Flush(flushToDisk: true);
    }

    private static PackedFileHeader ReadHeader(string path)
    {
        using FileStream file = GgufFile.Open(path);
        byte[] page = new byte[PackedFileHeader.PageSize];
        int count = 0;
        for (int read = -1; read != 0 && count < page.Length; count += read)
        {
            read = file.Read(page, count, page.Length - count);
        }

        fixed (byte* start = page)
        {
            return PackedFileHeader.Read(start, file.Length, path);
        }
    }

    /// <summary>
    /// Writes blocks from a buffer of its own. Writing a mapped file instead takes a page fault for every 4 KiB, which is slower, and a full
    /// disk then ends the process with a signal.
    /// </summary>
    private sealed class FileTarget : IBlockTarget
    {
        private readonly FileStream _file;
        private readonly byte[] _buffer = new byte[SectionChecksum.BlockBytes];
        private readonly GCHandle _pin;

        public FileTarget(string path)
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
            _pin = GCHandle.Alloc(_buffer, GCHandleType.Pinned);
        }

        public byte* Begin(long offset, int length) => (byte*)_pin.AddrOfPinnedObject();

        public void End(long offset, int length)
        {
            _file.Position = offset;
            _file.Write(_buffer, 0, length);
        }

        public void Dispose()
        {
            _pin.Free();
            _file.Dispose();
        }
    }

    /// <summary>A whole file as memory, read-only.</summary>
    private sealed class MappedFile : IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _view;

        public MappedFile(FileStream stream)
        {
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            Start = pointer + _view.PointerOffset;
        }

        public byte* Start { get; }

        public void Dispose()
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
