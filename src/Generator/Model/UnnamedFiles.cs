using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using ModelGen.Packing;

namespace ModelGen.Generator.Model;

/// <summary>Items of a project that no class means.</summary>
internal static class UnnamedFiles
{
    /// <summary>Their names, as a class would write them. There is none where a class means a file that is not there: it may be that one.</summary>
    /// <param name="paths">The items.</param>
    /// <param name="names">What the classes call theirs.</param>
    public static IEnumerable<string> Of(string[] paths, ImmutableArray<string> names)
    {
        int[][] found = [.. names.Select(name => ModelPath.Find(paths, name))];
        if (found.Any(indices => indices.Length == 0))
        {
            return [];
        }

        HashSet<int> named = [.. found.SelectMany(indices => indices)];
        return ModelPath.Names(paths).Where((_, index) => !named.Contains(index));
    }
}
