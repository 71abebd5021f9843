using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>
/// The input at hand, in a file: where it ends the process, by a read outside of memory or a stack without end, the file is what is left to
/// say which it was. It is deleted where the process lives on.
/// </summary>
internal sealed class LastInput : IDisposable
{
    private readonly SafeFileHandle _file;

    public LastInput(string target)
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"modelgen-fuzz-{target}-{Environment.ProcessId}.input");
        _file = File.OpenHandle(Path, FileMode.Create, FileAccess.Write, FileShare.Read);
    }

    public string Path { get; }

    public void Write(byte[] input)
    {
        RandomAccess.SetLength(_file, input.Length);
        RandomAccess.Write(_file, input, 0);
    }

    public void Dispose()
    {
        _file.Dispose();
        File.Delete(Path);
    }
}
