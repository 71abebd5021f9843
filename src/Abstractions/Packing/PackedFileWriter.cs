using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>Writes packed weights to a file, through a few blocks of memory, so that memory does not grow with the model.</summary>
internal static unsafe class PackedFileWriter
{
    // Some file systems keep times in steps of two seconds.
    private static readonly TimeSpan TimeStep = TimeSpan.FromSeconds(2);

    /// <summary>Packs <paramref name="image"/> into <paramref name="target"/>. Under that name there is never half a file.</summary>
    /// <param name="model">The model, which lies in a file.</param>
    /// <param name="identity">What the file was when packing was decided on; what is packed is of that, or is given up.</param>
    /// <param name="image">The packed file to be made of it.</param>
    /// <param name="target">Path of the packed file.</param>
    /// <param name="progress">Called with the bytes packed so far, one call at a time.</param>
    /// <param name="cancellation">Ends packing within a piece's time.</param>
    /// <exception cref="ModelChangedException">The model did not stay the same; what was there before is still there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what was there before is still there.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public static void Write(
        GgufFile model, ModelFileIdentity identity, PackedImage image, string target, Action<long> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
        string temporary = AtomicFile.TemporaryOf(target);
        try
        {
            Fill(model, image, temporary, progress, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (!identity.IsStillAt(model.Path!))
            {
                throw new ModelChangedException();
            }

            TellApart(temporary, target);
            AtomicFile.Move(temporary, target);
        }
        catch (Exception error)
        {
            AtomicFile.Delete(temporary);
            if (error is IOException && !identity.IsStillAt(model.Path!))
            {
                // It was cut off, or taken away and not yet replaced.
                throw new ModelChangedException();
            }

            throw;
        }
    }

    private static void Fill(GgufFile model, PackedImage image, string path, Action<long> progress, CancellationToken cancellation)
    {
        using FileStream target = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        target.SetLength(image.Length);
        try
        {
            image.Write(() => new FileSource(model), () => new FileTarget(path), bytes =>
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
        catch (AggregateException error) when (error.InnerExceptions[0] is IOException or UnauthorizedAccessException or ModelGenException)
        {
            // The disk is full, most often; every thread has seen it.
            throw new IOException(error.InnerExceptions[0].Message, error);
        }

        // The file must be on the disk before its name is: after a power cut there is the old file or the new one.
        target.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Gives a file another time than the one that it replaces. Who copies it on tells by length and time whether it has changed.
    /// </summary>
    private static void TellApart(string path, string replaced)
    {
        DateTime before = File.GetLastWriteTimeUtc(replaced);
        if (File.Exists(replaced) && (File.GetLastWriteTimeUtc(path) - before).Duration() < TimeStep)
        {
            File.SetLastWriteTimeUtc(path, before + TimeStep);
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
}
