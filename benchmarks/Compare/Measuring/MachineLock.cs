using System;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelGen.Compare.Measuring;

/// <summary>
/// A file that programs on one machine lock with flock(2), as the command <c>flock</c> does: exclusively to measure, shared to build.
/// </summary>
/// <param name="path">The file, or null for no lock at all.</param>
internal sealed partial class MachineLock(string? path)
{
    private const int Shared = 1;
    private const int Exclusive = 2;
    // O_RDONLY and O_CLOEXEC: a child process that inherited the file would keep the lock.
    private const int ReadOnlyNotInherited = 0x80000;
    private const int Success = 0;

    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(15);

    /// <summary>Waits until nobody else works; until the result is disposed nobody else starts.</summary>
    public IDisposable? ForMeasuring() => Take(Exclusive);

    /// <summary>
    /// Repeats a measurement. Waiting for the machine may take minutes, so it is kept from one repetition to the next, but not so long that
    /// others wait for ever.
    /// </summary>
    /// <param name="count">Repetitions.</param>
    /// <param name="measure">Makes one, given its number from 0 on.</param>
    public void Repeat(int count, Action<int> measure)
    {
        for (int repetition = 0; repetition < count;)
        {
            using IDisposable? exclusive = ForMeasuring();
            Stopwatch held = Stopwatch.StartNew();
            do
            {
                measure(repetition++);
            }
            while (repetition < count && held.Elapsed < LongestTurn);
        }
    }

    /// <summary>Waits until nobody measures; until the result is disposed nobody starts to.</summary>
    public IDisposable? ForBuilding() => Take(Shared);

    private SafeFileHandle? Take(int mode)
    {
        if (path is null)
        {
            return null;
        }

        if (!File.Exists(path))
        {
            File.WriteAllText(path, "");
        }

        // .NET's own way to open a file refuses one that is locked. Closing it gives the lock back.
        SafeFileHandle file = Open(path, ReadOnlyNotInherited);
        if (file.IsInvalid || Flock(file, mode) != Success)
        {
            file.Dispose();
            throw new InvalidOperationException($"{path} cannot be locked: error {Marshal.GetLastPInvokeError()}.");
        }

        return file;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
