using System;
using System.IO;

namespace ModelGen.Tool.Caching;

/// <summary>
/// A file that others see whole or not at all: it is written under a name of its own, in the folder where it belongs, and then renamed.
/// </summary>
internal sealed class UnfinishedFile : IDisposable
{
    private const string Ending = ".tmp";

    // What was left by a process that was killed; none takes that long.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly string _target;

    /// <param name="target">Path of the file.</param>
    public UnfinishedFile(string target)
    {
        _target = System.IO.Path.GetFullPath(target);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(_target)!);
        Path = $"{_target}.{Guid.NewGuid():N}{Ending}";
    }

    /// <summary>Where to write.</summary>
    public string Path { get; }

    /// <summary>Writes a whole file.</summary>
    public static void Write(string target, Action<Stream> write)
    {
        using UnfinishedFile file = new(target);
        using (FileStream stream = File.Create(file.Path))
        {
            write(stream);
        }

        file.Finish();
    }

    /// <summary>Deletes what killed processes have left in a folder.</summary>
    public static void DeleteAbandoned(string folder)
    {
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*" + Ending))
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > Abandoned)
            {
                file.Delete();
            }
        }
    }

    /// <summary>Gives the file its name, in place of what has it now.</summary>
    public void Finish() => File.Move(Path, _target, overwrite: true);

    /// <summary>Deletes what is not finished.</summary>
    public void Dispose() => File.Delete(Path);
}
