using System;
using System.IO;

namespace ModelGen.Packing;

/// <summary>Files that others see whole or not at all: they are written beside their place and then moved over it.</summary>
internal static class AtomicFile
{
    private const string TemporaryEnding = ".tmp";

    // No text takes that long to write: its writer was killed.
    private static readonly TimeSpan AbandonedText = TimeSpan.FromHours(1);

    // Nor does any other file.
    private static readonly TimeSpan AbandonedFile = TimeSpan.FromDays(1);

    /// <summary>Whether <paramref name="error"/> comes from the file system, and not from a mistake in this program.</summary>
    public static bool IsFileSystemError(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>A path beside <paramref name="target"/> that nobody else writes to; two builds may make the same file at once.</summary>
    public static string TemporaryOf(string target) => target + "." + Guid.NewGuid().ToString("N") + TemporaryEnding;

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, temporary => File.WriteAllText(temporary, text));

    /// <summary>Writes a file by its stream.</summary>
    public static void WriteStream(string path, Action<Stream> write) => Write(path, temporary =>
    {
        using FileStream file = File.Create(temporary);
        write(file);
    });

    /// <summary>Moves <paramref name="source"/> to <paramref name="target"/>, in the same folder, in place of what is there.</summary>
    public static void Move(string source, string target)
    {
        if (!File.Exists(target))
        {
            try
            {
                File.Move(source, target);
                return;
            }
            catch (IOException) when (File.Exists(target))
            {
                // Another build was faster.
            }
        }

        File.Replace(source, target, destinationBackupFileName: null);
    }

    /// <summary>Deletes a file that may not be there, on the way out of an error that matters more than this one.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (IsFileSystemError(error))
        {
            // DeleteAbandoned finds it later.
        }
    }

    /// <summary>Deletes the texts that killed builds have left beside <paramref name="target"/>.</summary>
    public static void DeleteAbandonedTexts(string target) => DeleteTemporaries(target, AbandonedText);

    /// <summary>Deletes what killed builds have left beside <paramref name="target"/>. The caller holds the lock under which it is written.</summary>
    public static void DeleteAbandoned(string target) => DeleteTemporaries(target, TimeSpan.Zero);

    /// <summary>Deletes what killed processes have left in a folder; others may be writing there.</summary>
    public static void DeleteAbandonedIn(string folder) => DeleteTemporaries(new DirectoryInfo(folder), prefix: "", AbandonedFile);

    // Names of committed snapshots may have what a search pattern would take for a sign.
    private static void DeleteTemporaries(string target, TimeSpan age) =>
        DeleteTemporaries(new DirectoryInfo(Path.GetDirectoryName(target)!), Path.GetFileName(target) + ".", age);

    private static void DeleteTemporaries(DirectoryInfo folder, string prefix, TimeSpan age)
    {
        if (!folder.Exists)
        {
            return;
        }

        foreach (FileInfo file in folder.EnumerateFiles("*" + TemporaryEnding))
        {
            if (file.Name.StartsWith(prefix, StringComparison.Ordinal) && (DateTime.UtcNow - file.LastWriteTimeUtc).Duration() >= age)
            {
                Delete(file.FullName);
            }
        }
    }

    private static void Write(string path, Action<string> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = TemporaryOf(path);
        try
        {
            write(temporary);
            Move(temporary, path);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }
}
