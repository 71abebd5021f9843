using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Packing;

/// <summary>
/// Paths of a project's models, and the names that classes, packed files and messages call them by: the end of the path that no other
/// model of the project has. Upper and lower case are alike, because some file systems do not tell them apart, and so are the two
/// separators of folders: a project builds the same everywhere.
/// </summary>
internal static class ModelPath
{
    private const char Separator = '/';
    private const string Parent = "..";

    /// <summary>
    /// A path in one spelling: folders separated by '/', no "." and no ".." but at its start, where it leads out of the project, and
    /// neither a root nor a drive.
    /// </summary>
    public static string Normalise(string path)
    {
        List<string> segments = [];
        foreach (string segment in path.Split(Separator, '\\'))
        {
            bool isDrive = segments.Count == 0 && segment.Length == 2 && segment[1] == ':';
            if (segment == Parent && segments.Count > 0 && segments[segments.Count - 1] != Parent)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment.Length > 0 && segment != "." && !isDrive)
            {
                segments.Add(segment);
            }
        }

        return string.Join(Separator.ToString(), segments);
    }

    /// <summary>The models that a class can mean: the one whose whole path it gives, else all whose path ends with what it gives.</summary>
    /// <param name="paths">Normalised paths of the project's models.</param>
    /// <param name="name">What the class calls its model: a file name, with or without folders before it.</param>
    /// <returns>Indices of paths.</returns>
    public static int[] Find(IReadOnlyList<string> paths, string name)
    {
        string wanted = Normalise(name);
        int[] all = [.. Enumerable.Range(0, paths.Count).Where(i => EndsWith(paths[i], wanted))];
        int whole = Array.FindIndex(all, i => paths[i].Length == wanted.Length);
        return whole < 0 ? all : [all[whole]];
    }

    /// <summary>
    /// The name of each model: as many segments of its path as it takes to tell it from the others, "model.gguf" or "small/model.gguf". A
    /// path that is wholly the end of another one is its own name.
    /// </summary>
    /// <param name="paths">Normalised paths of the project's models.</param>
    /// <returns>The names in the order of the paths; two are equal, but for their case, only where the paths are.</returns>
    public static string[] Names(IReadOnlyList<string> paths)
    {
        // What leads out of the project is no part of a name, which is a place beside the program too.
        string[] inside = [.. paths.Select(path => string.Join(Separator.ToString(), path.Split(Separator).SkipWhile(segment => segment == Parent)))];
        return [.. inside.Select((path, index) =>
        {
            for (int separator = path.LastIndexOf(Separator); separator > 0; separator = path.LastIndexOf(Separator, separator - 1))
            {
                string end = path.Substring(separator + 1);
                if (!inside.Where((other, otherIndex) => otherIndex != index && EndsWith(other, end)).Any())
                {
                    return end;
                }
            }

            return path;
        })];
    }

    private static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase)
        && end.Length > 0
        && (path.Length == end.Length || path[path.Length - end.Length - 1] == Separator);
}
