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
/// A matrix product: a generic class whose shape is a type argument, so that all shapes of a format are one text, with a method for each
/// number of rows (<see cref="ProductRun"/>).
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

    /// <summary>What the specialiser is asked for at one width.</summary>
    public KernelRequest Request(VectorWidth width) => new(
        KernelFile,
        ClassName(width),
        width,
        Constants.ToDictionary(constant => constant.Name, constant => constant.Value),
        Repeats.Where(repeat => repeat.Width == width).ToDictionary(repeat => repeat.Index, repeat => repeat.Count))
    {
        Runs = IsProduct ? ProductRun.DistinctOf(KernelFile, width) : [],
    };

    /// <summary>Name of the kernel's class at one width.</summary>
    public string ClassName(VectorWidth width) => $"{width.Name}_{(IsProduct ? KernelFile : Name)}";

    /// <summary>True where the kernel does several rows at once, so that its caller must know how many.</summary>
    public bool HasTile => Repeats.Any(IsTile);

    /// <summary>Most rows of a tile at any width.</summary>
    public int LargestTile => Repeats.Where(IsTile).Max(repeat => repeat.Count);

    /// <summary>Rows of a tile at one width.</summary>
    public int Tile(VectorWidth width) => Repeats.First(repeat => IsTile(repeat) && repeat.Width == width).Count;

    private static bool IsTile(KernelRepeat repeat) => repeat.Index == 'r';
}

/// <summary>A constant of a K-file and its value as a C# literal.</summary>
internal sealed record KernelConstant(string Name, string Value);

/// <summary>How often the lines with an index stand at one vector width.</summary>
internal sealed record KernelRepeat(char Index, VectorWidth Width, int Count);

/// <summary>The methods of a matrix product, one a number of rows. Each gives a row the same bits.</summary>
internal static class ProductRun
{
    /// <summary>A decoded token.</summary>
    public const string OneRow = nameof(OneRow);

    /// <summary>A draft, or a few sequences at once.</summary>
    public const string FewRows = nameof(FewRows);

    /// <summary>A prompt: as many rows as the registers take.</summary>
    public const string ManyRows = nameof(ManyRows);

    // How far ahead of its use the weight stream is asked for. Many rows' weights come from the first-level cache.
    private const int PrefetchBytes = 2048;

    // Weights that are taken apart once for four rows cost an eighth more than for sixteen.
    private const int RowsOfFew = 4;

    /// <summary>Most rows of a tile at any width.</summary>
    public static int LargestTile(string kernelFile) => VectorWidth.All.Max(width => Tile(kernelFile, ManyRows, width));

    /// <summary>Rows that a method does at one width.</summary>
    public static int Tile(string kernelFile, string run, VectorWidth width)
    {
        int most = KernelFile.Get(kernelFile).Tile('t', width);
        return run switch
        {
            OneRow => 1,
            FewRows => Math.Min(RowsOfFew, most),
            _ => most,
        };
    }

    /// <summary>The method that stands for another one with as many rows at one width; itself where no other does.</summary>
    public static string StandIn(string kernelFile, string run, VectorWidth width) =>
        new[] { OneRow, FewRows, ManyRows }.First(candidate => Tile(kernelFile, candidate, width) == Tile(kernelFile, run, width));

    /// <summary>The methods of the class at one width.</summary>
    public static IReadOnlyList<KernelRun> DistinctOf(string kernelFile, VectorWidth width) =>
    [
        .. new[] { OneRow, FewRows, ManyRows }
            .Where(run => StandIn(kernelFile, run, width) == run)
            .Select(run => new KernelRun(run, Tile(kernelFile, run, width), run == ManyRows ? 0 : PrefetchBytes)),
    ];
}
