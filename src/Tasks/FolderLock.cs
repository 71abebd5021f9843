using System;
using System.IO;
using System.Threading;

namespace ModelGen.Tasks;

/// <summary>
/// Lets one build at a time pack into a folder: two that start together would pack the same gigabytes twice, and the one with the older
/// model could come last. The operating system lets go of the lock of a process that ends, however it ends.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    /// <summary>Name of the file that is held open. It has nothing in it and stays.</summary>
    public const string FileName = "packing.lock";

    private const int PauseMilliseconds = 50;

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock of a folder, which is made where it is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="onWait">Called once where another build has it.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FolderLock Take(string folder, Action onWait, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        bool hasWaited = false;
        while (true)
        {
            try
            {
                return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (error.GetType() == typeof(IOException) && File.Exists(path))
            {
                // Held by another build: what else goes wrong has a type of its own, or leaves no file.
            }

            if (!hasWaited)
            {
                hasWaited = true;
                onWait();
            }

            cancellation.ThrowIfCancellationRequested();
            cancellation.WaitHandle.WaitOne(PauseMilliseconds);
        }
    }

    public void Dispose() => _file.Dispose();
}
