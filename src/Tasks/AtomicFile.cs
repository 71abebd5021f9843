using System;
using System.IO;

namespace ModelGen.Tasks;

/// <summary>Files that others see whole or not at all: they are written beside their place and then moved over it.</summary>
internal static class AtomicFile
{
    /// <summary>Whether <paramref name="error"/> comes from the file system, and not from a mistake in this program.</summary>
    public static bool IsFileSystemError(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // An IDE and a build may write the same snapshot at once: each has a file of its own until it is moved.
        string temporary = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            File.WriteAllText(temporary, text);
            Move(temporary, path);
        }
        catch
        {
            Delete(temporary);
            throw;
        }
    }

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
            // The next build writes over it.
        }
    }
}
