using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Plan;

/// <summary>A kernel of the model: one K-file at one shape, emitted once a vector width.</summary>
/// <param name="Name">Name by which the forward pass calls it, e.g. RmsNorm_256.</param>
/// <param name="KernelFile">Name of the K-file.</param>
/// <param name="Constants">Values of the K-file's constants, as C# literals.</param>
/// <param name="Repeats">Copies of the lines with an index, a vector width.</param>
/// <param name="IsProduct">
/// A matrix product: a generic class whose shape and number of rows are type arguments, so that all of a format are one text
/// (<see cref="ProductRows"/>).
/// </param>
internal sealed record KernelPlan(
    string Name,
    string KernelFile,
    EquatableArray<KernelConstant> Constants,
    EquatableArray<KernelRepeat> Repeats,
    bool IsProduct = false)
{
    /// <summary>No constants.</summary>
    public static readonly EquatableArray<KernelConstant> None = Array.Empty<KernelConstant>().ToEquatableArray();

    /// <summary>The text that it shares with other kernels of its K-file; null: it has one of its own.</summary>
    public KernelText? Text { get; init; }

    /// <summary>Name of the type with its numbers, where it shares its text.</summary>
    public string ShapeName => "ShapeOf_" + Name;

    /// <summary>Name of the type with its tile at one width, where other kernels of the text have another tile there; else null.</summary>
    public string? TileName(VectorWidth width) => Text?.TilesAt(width) is { Count: > 0 }
        ? string.Concat("Tile", Count(width, rows: true), "x", Count(width, rows: false))
        : null;

    /// <summary>What the specialiser is asked for at one width.</summary>
    public KernelRequest Request(VectorWidth width) => new(
        KernelFile,
        ClassName(width),
        width,
        Constants.ToDictionary(constant => constant.Name, constant => constant.Value),
        Repeats.Where(repeat => repeat.Width == width).ToDictionary(repeat => repeat.Index, repeat => repeat.Count))
    {
        IsProduct = IsProduct,
        Shape = Text is { HasShape: true }
            ? new TypeArgument("TShape", Text.ShapeInterface, Text.Shape.Select(constant => constant.Name).ToArray())
            : null,
        Tiles = Text?.TilesAt(width) ?? [],
        IsForDotLevels = width.HasDotLevels,
    };

    /// <summary>Whether its class is the same at every width.</summary>
    public bool IsOfAnyWidth => Specialise.KernelFile.Get(KernelFile).IsOfAnyWidth;

    /// <summary>Name of the kernel's class at one width.</summary>
    public string ClassName(VectorWidth width) =>
        $"{(IsOfAnyWidth ? "AnyWidth" : width.Name)}_{(IsProduct ? KernelFile : Text?.Name ?? Name)}";

    /// <summary>The kernel's class at one width as it is called, with its type arguments.</summary>
    /// <param name="width">The width.</param>
    /// <param name="ofProduct">Those of a product: its shape and rows.</param>
    public string Class(VectorWidth width, params string[] ofProduct)
    {
        string[] arguments =
        [
            .. ofProduct,
            .. Text is { HasShape: true } ? new[] { ShapeName } : [],
            .. TileName(width) is string tile ? new[] { tile } : [],
            .. width.HasDotLevels && Specialise.KernelFile.Get(KernelFile).HasDot ? new[] { "TDot" } : [],
        ];
        return ClassName(width) + (arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments)}>");
    }

    /// <summary>Rows of its tile at one width, or vectors that it does for each of them.</summary>
    public int Count(VectorWidth width, bool rows) => Repeats.First(repeat => repeat.Width == width && IsTile(repeat) == rows).Count;

    /// <summary>True where the kernel does several rows at once, so that its caller must know how many.</summary>
    public bool HasTile => Repeats.Any(IsTile);

    /// <summary>Rows of a tile at one width.</summary>
    public int Tile(VectorWidth width) => Count(width, rows: true);

    private static bool IsTile(KernelRepeat repeat) => repeat.Index == 'r';
}

/// <summary>A constant of a K-file and its value as a C# literal.</summary>
internal sealed record KernelConstant(string Name, string Value);

/// <summary>How often the lines with an index stand at one vector width.</summary>
internal sealed record KernelRepeat(char Index, VectorWidth Width, int Count);

/// <summary>How many rows a matrix product does at once: its tiles. Each gives a row the same bits.</summary>
internal static class ProductRows
{
    // How far ahead of its use the weight stream is asked for; the weights of more rows come from the first-level cache.
    private const int PrefetchBytes = 2048;

    /// <summary>Rows of the small tiles, few enough that a draft or some sequences leave little of a tile unused.</summary>
    private static readonly int[] Small = [1, 4, 8];

    /// <summary>Rows behind those that there are which a tile may compute and write all the same.</summary>
    public const int MostSurplus = 3;

    /// <summary>Rows of the tiles of a kernel, from the smallest on; the last is for prompts: as many as the registers take.</summary>
    public static IReadOnlyList<int> Tiles(string kernelFile, VectorWidth width)
    {
        int many = Many(kernelFile, width);
        return [.. Small.Where(rows => rows < many), many];
    }

    /// <summary>A tile is taken for more rows than this: for fewer there is a smaller one, or most of it would be unused.</summary>
    public static int Above(IReadOnlyList<int> tiles, int index) => Math.Max(tiles[index - 1], tiles[index] - MostSurplus - 1);

    /// <summary>Rows of the largest tile.</summary>
    public static int Many(string kernelFile, VectorWidth width) => KernelFile.Get(kernelFile).Tile('t', width);

    /// <summary>Most rows of a tile at any width.</summary>
    public static int Most(string kernelFile) => VectorWidth.All.Max(width => Many(kernelFile, width));

    /// <summary>All numbers of rows that a kernel does.</summary>
    public static IEnumerable<int> All(string kernelFile) => VectorWidth.All.SelectMany(width => Tiles(kernelFile, width)).Distinct();

    /// <summary>How far ahead the weights are asked for.</summary>
    public static int PrefetchBytesOf(int rows) => rows <= Small[Small.Length - 1] ? PrefetchBytes : 0;
}
