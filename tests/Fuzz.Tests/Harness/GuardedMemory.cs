using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>
/// Bytes that end where memory ends: the page behind them can be neither read nor written, so that what reads on ends the process and does
/// not pass unseen.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 0x1 | 0x2;
    private const int Private = 0x2;
    private const uint Commit = 0x1000 | 0x2000;
    private const uint PageReadWrite = 0x4;
    private const uint PageNoAccess = 0x1;
    private const uint Release = 0x8000;

    private readonly byte* _start;
    private readonly nuint _bytes;

    /// <param name="capacity">Bytes that there is room for.</param>
    public GuardedMemory(int capacity)
    {
        int page = Environment.SystemPageSize;
        _bytes = (nuint)((capacity + page - 1) / page * page);
        nuint all = _bytes + (nuint)page;
        _start = OperatingSystem.IsWindows()
            ? (byte*)VirtualAlloc(0, all, Commit, PageReadWrite)
            : (byte*)Map(0, all, ReadWrite, Private | (OperatingSystem.IsMacOS() ? 0x1000 : 0x20), -1, 0);
        if (_start == null || (nint)_start == -1)
        {
            throw new Win32Exception();
        }

        bool isGuarded = OperatingSystem.IsWindows()
            ? VirtualProtect((nint)(_start + _bytes), (nuint)page, PageNoAccess, out _)
            : Protect((nint)(_start + _bytes), (nuint)page, 0) == 0;
        if (!isGuarded)
        {
            throw new Win32Exception();
        }
    }

    /// <summary>Bytes that there is room for.</summary>
    public int Capacity => (int)_bytes;

    /// <summary>Puts bytes in front of the page that nobody may touch, in place of those before.</summary>
    /// <returns>The first of them.</returns>
    public byte* Place(ReadOnlySpan<byte> bytes)
    {
        byte* place = _start + (_bytes - (nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(place, bytes.Length));
        return place;
    }

    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
        {
            VirtualFree((nint)_start, 0, Release);
        }
        else
        {
            Unmap((nint)_start, _bytes + (nuint)Environment.SystemPageSize);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nint VirtualAlloc(nint address, nuint length, uint kind, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualProtect(nint address, nuint length, uint protection, out uint before);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool VirtualFree(nint address, nuint length, uint kind);
}
