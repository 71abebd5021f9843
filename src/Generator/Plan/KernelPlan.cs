using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Plan;

/// <summary>A kernel of the model: one K-file at one shape, emitted once a vector width.</summary>
/// <param name="Name">Name by which the forward pass calls it, e.g. MatVec_Q8_0_256.</param>
/// <param name="KernelFile">Name of the K-file.</param>
/// <param name="Constants">Values of the K-file's constants, as C# literals.</param>
/// <param name="Repeats">Copies of the lines with an index, a vector width.</param>
internal sealed record KernelPlan(
    string Name,
    string KernelFile,
    EquatableArray<KernelConstant> Constants,
    EquatableArray<KernelRepeat> Repeats)
{
    /// <summary>What the specialiser is asked for at one width.</summary>
    public KernelRequest Request(VectorWidth width) => new(
        KernelFile,
        width.Name + "_" + Name,
        width,
        Constants.ToDictionary(constant => constant.Name, constant => constant.Value),
        Repeats.Where(repeat => repeat.Width == width).ToDictionary(repeat => repeat.Index, repeat => repeat.Count));

    /// <summary>True where the kernel does several tokens or rows at once, so that its caller must know how many.</summary>
    public bool HasTile => Repeats.Any(IsTile);

    /// <summary>Most tokens or rows of a tile at any width.</summary>
    public int LargestTile => Repeats.Where(IsTile).Max(repeat => repeat.Count);

    /// <summary>Tokens or rows of a tile at one width.</summary>
    public int Tile(VectorWidth width) => Repeats.First(repeat => IsTile(repeat) && repeat.Width == width).Count;

    private static bool IsTile(KernelRepeat repeat) => repeat.Index is 't' or 'r';
}

/// <summary>A constant of a K-file and its value as a C# literal.</summary>
internal sealed record KernelConstant(string Name, string Value);

/// <summary>How often the lines with an index stand at one vector width.</summary>
internal sealed record KernelRepeat(char Index, VectorWidth Width, int Count);
