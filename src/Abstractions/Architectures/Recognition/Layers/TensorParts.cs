using System.Linq;

namespace ModelGen.Architectures;

/// <summary>Matrices that some files have each as a tensor of its own, and others in one tensor, one after the other.</summary>
internal static class TensorParts
{
    /// <summary>The matrices.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="fused">Name of the one tensor, which is taken where it is there.</param>
    /// <param name="names">Names of those of their own.</param>
    /// <param name="columns">Columns of all of them.</param>
    /// <param name="rows">Rows of each.</param>
    public static TensorSpec[] Parts(this HeaderQuery header, string fused, string[] names, int columns, int[] rows)
    {
        if (!header.HasTensor(fused + ".weight"))
        {
            return [.. names.Zip(rows, (name, count) => header.Matrix(name + ".weight", columns, count))];
        }

        TensorSpec whole = header.Matrix(fused + ".weight", columns, rows.Sum());
        return [.. rows.Select((count, i) => whole with { Rows = count, First = (long)columns * rows.Take(i).Sum() })];
    }

    /// <summary>Their biases; null where there are none.</summary>
    public static TensorSpec?[] Biases(this HeaderQuery header, string fused, string[] names, int[] rows, Presence presence)
    {
        if (!header.HasTensor(fused + ".weight"))
        {
            return [.. names.Zip(rows, (name, count) => header.Vector(name + ".bias", count, presence))];
        }

        TensorSpec? whole = header.Vector(fused + ".bias", rows.Sum(), presence);
        return [.. rows.Select((count, i) => whole is null ? null : whole with { Columns = count, First = rows.Take(i).Sum() })];
    }
}
