using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ModelGen.CompilerServices;

/// <summary>A part of a file in memory, read-only. Pages are read when they are first touched.</summary>
/// <param name="Handle">Unmaps when disposed or finalized.</param>
/// <param name="StartAddress">Address of the first byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly unsafe record struct MappedView(SafeHandle Handle, nint StartAddress, long Length)
{
    public byte* Start => (byte*)StartAddress;

    /// <summary>Maps a part of a file.</summary>
    /// <exception cref="ModelGenException">It cannot be opened, or is shorter.</exception>
    public static MappedView Open(string path, long offset, long? length)
    {
        using FileStream file = OpenRead(path);
        long available = file.Length - offset;
        long wanted = length ?? available;
        if (available <= 0 || wanted > available)
        {
            throw new ModelGenException($"{path} has only {file.Length} bytes: it is empty or was cut off.");
        }

        try
        {
            // The view is closed by its own handle, so the mapping need not outlive this call; the accessor is not disposed, because that
            // would close the handle.
            using var mapping = MemoryMappedFile.CreateFromFile(
                file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            MemoryMappedViewAccessor accessor = mapping.CreateViewAccessor(offset, wanted, MemoryMappedFileAccess.Read);
            byte* start = null;
            accessor.SafeMemoryMappedViewHandle.AcquirePointer(ref start);

            // The address stays valid until the handle is disposed; keeping the acquired reference would keep the view open for ever.
            accessor.SafeMemoryMappedViewHandle.ReleasePointer();
            return new MappedView(accessor.SafeMemoryMappedViewHandle, (nint)start + (nint)accessor.PointerOffset, wanted);
        }
        catch (IOException error)
        {
            throw new ModelGenException($"{path} cannot be mapped into memory: {error.Message}", error);
        }
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="ModelGenException">It cannot be opened, or has no length (a pipe).</exception>
    public static FileStream OpenRead(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException($"{path} cannot be opened: {error.Message}", error);
        }

        if (!file.CanSeek)
        {
            file.Dispose();
            throw new ModelGenException($"{path} cannot be mapped: it is not a regular file.");
        }

        return file;
    }
}
