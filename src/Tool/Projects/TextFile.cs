using System.IO;
using ModelGen.Packing;

namespace ModelGen.Tool.Projects;

/// <summary>Writes the files that are a command's result.</summary>
internal static class TextFile
{
    /// <summary>Writes a file as UTF-8, and its path as a line of the output.</summary>
    public static void Write(string path, string text, TextWriter output)
    {
        AtomicFile.WriteText(path, text);
        output.WriteLine(path);
    }
}
