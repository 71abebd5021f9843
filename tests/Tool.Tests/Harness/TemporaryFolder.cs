using System;
using System.IO;

namespace ModelGen.Tool.Tests.Harness;

/// <summary>A folder of a test, deleted behind it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("modelgen-tool-").FullName;

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Windows keeps a file that is still mapped; the system cleans its temporary folder.
        }
    }
}
