using System;
using System.IO;
using System.Runtime.InteropServices;

namespace ModelGen.Tasks;

/// <summary>
/// Gives a file its length with the disk space to go with it. Without that, a full disk shows itself when a mapped page is written: as a
/// signal that ends the build's process, not as an error.
/// </summary>
internal static class DiskSpace
{
    private const int Succeeded = 0;
    private const int NoSpaceLeft = 28; // ENOSPC
    private const int FileTooLarge = 27; // EFBIG

    /// <summary>Reserves <paramref name="length"/> bytes of zeros.</summary>
    /// <param name="file">An empty file, open for writing.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public static void Reserve(FileStream file, long length)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Linux) && TryAllocate(file, length))
        {
            return;
        }

        // Windows takes the space with the length.
        file.SetLength(length);
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            WriteZeros(file, length);
        }
    }

    /// <summary>Asks Linux for the space; false where the file system or the C library cannot say.</summary>
    private static bool TryAllocate(FileStream file, long length)
    {
        // off_t is 64 bits wide in 64-bit processes only.
        if (!Environment.Is64BitProcess)
        {
            return false;
        }

        int result;
        try
        {
            result = posix_fallocate(file.SafeFileHandle, 0, length);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }

        return result switch
        {
            Succeeded => true,
            NoSpaceLeft => throw new IOException("There is not enough space on the disk."),
            FileTooLarge => throw new IOException("The file would be larger than this disk or process may have."),
            _ => false,
        };
    }

    private static void WriteZeros(FileStream file, long length)
    {
        byte[] zeros = new byte[1 << 20];
        file.Position = 0;
        for (long written = 0; written < length; written += zeros.Length)
        {
            file.Write(zeros, 0, (int)Math.Min(zeros.Length, length - written));
        }

        file.Flush();
    }

    // Returns an error number, not -1 with errno.
    [DllImport("libc", EntryPoint = "posix_fallocate")]
    private static extern int posix_fallocate(SafeHandle file, long offset, long length);
}
