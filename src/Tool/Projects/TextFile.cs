using System.IO;
using ModelGen.Tool.Caching;

namespace ModelGen.Tool.Projects;

/// <summary>Writes the files that are a command's result.</summary>
internal static class TextFile
{
    /// <summary>Writes a file as UTF-8, and its path as a line of the output.</summary>
    public static void Write(string path, string text, TextWriter output)
    {
        UnfinishedFile.Write(path, file =>
        {
            using StreamWriter writer = new(file);
            writer.Write(text);
        });
        output.WriteLine(path);
    }
}
