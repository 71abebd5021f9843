using System;
using System.IO;
using System.Threading;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>A folder for the files of this test run, deleted when the process ends.</summary>
internal static class TemporaryFiles
{
    private static readonly Lazy<string> Created = new(Create);
    private static int _count;

    public static string Folder => Created.Value;

    /// <summary>A path in the folder that no other call gets.</summary>
    public static string NewPath(string fileName) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, Interlocked.Increment(ref _count).ToString())).FullName, fileName);

    /// <summary>A file in the folder.</summary>
    public static string Write(string fileName, byte[] contents)
    {
        string path = NewPath(fileName);
        File.WriteAllBytes(path, contents);
        return path;
    }

    private static string Create()
    {
        string folder = Directory.CreateTempSubdirectory("modelgen-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // Windows keeps files that are still mapped; its temporary folder is cleaned by others.
            }
        };
        return folder;
    }
}
