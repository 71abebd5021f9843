using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Plan;

/// <summary>
/// A K-file's text that several kernels share, as those of layers with heads of another length: they differ in numbers alone, which are
/// constants of a type argument. JIT and NativeAOT compile it once a kernel.
/// </summary>
/// <param name="Name">Name of its class.</param>
/// <param name="Shape">The constants in which the kernels differ, with the values of one of them.</param>
/// <param name="Tiles">The distinct repeats of the kernels, each at all widths.</param>
internal sealed record KernelText(string Name, EquatableArray<KernelConstant> Shape, EquatableArray<EquatableArray<KernelRepeat>> Tiles)
{
    /// <summary>False where kernels of several names are the same.</summary>
    public bool HasShape => Shape.Count > 0;

    /// <summary>Name of the interface that has the constants.</summary>
    public string ShapeInterface => $"I{Name}Shape";

    /// <summary>How often lines stand at one width for each of the kernels; none: as often for all.</summary>
    public IReadOnlyList<IReadOnlyDictionary<char, int>> TilesAt(VectorWidth width)
    {
        EquatableArray<KernelRepeat>[] distinct =
            [.. Tiles.Select(repeats => repeats.Where(repeat => repeat.Width == width).ToEquatableArray()).Distinct()];
        return distinct.Length == 1
            ? []
            : [.. distinct.Select(repeats => (IReadOnlyDictionary<char, int>)repeats.ToDictionary(repeat => repeat.Index, repeat => repeat.Count))];
    }

    /// <summary>Lets kernels of a K-file share its text where the same lines are repeated, or some for several rows of queries.</summary>
    public static IEnumerable<KernelPlan> Share(IReadOnlyCollection<KernelPlan> kernels)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, KernelPlan> sharing = kernels.Where(kernel => !kernel.IsProduct).GroupBy(kernel => (kernel.KernelFile, kernel.HasTile ? EquatableArray<KernelRepeat>.Empty : kernel.Repeats))
            .Where(alike => alike.Skip(1).Any())
            .SelectMany(alike => WithText([.. alike], NameOf(alike.Key.KernelFile, names)))
            .ToDictionary(kernel => kernel.Name, StringComparer.Ordinal);
        return kernels.Select(kernel => sharing.TryGetValue(kernel.Name, out KernelPlan other) ? other : kernel);
    }

    /// <summary>The K-file's name, with a number behind it where other lines of the file are repeated too.</summary>
    private static string NameOf(string kernelFile, HashSet<string> names)
    {
        string name = kernelFile;
        for (int other = 2; !names.Add(name); other++)
        {
            name = $"{kernelFile}_{other.ToString(CultureInfo.InvariantCulture)}";
        }

        return name;
    }

    private static IEnumerable<KernelPlan> WithText(KernelPlan[] kernels, string name)
    {
        KernelFile file = KernelFile.Get(kernels[0].KernelFile);
        string[] constants = [.. kernels.SelectMany(kernel => kernel.Constants.Select(constant => constant.Name)).Distinct()];
        EquatableArray<EquatableArray<KernelRepeat>> tiles = kernels.Select(kernel => kernel.Repeats).Distinct().ToEquatableArray();
        ILookup<bool, string> isOfShape = constants.ToLookup(constant => kernels.Select(kernel => ValueOf(kernel, constant)).Distinct().Count() > 1);
        return kernels.Select(kernel => kernel with
        {
            Constants = isOfShape[false].Select(constant => new KernelConstant(constant, ValueOf(kernel, constant))).ToEquatableArray(),
            Text = new KernelText(name, isOfShape[true].Select(constant => new KernelConstant(constant, ValueOf(kernel, constant))).ToEquatableArray(), tiles),
        });

        string ValueOf(KernelPlan kernel, string constant) =>
            kernel.Constants.FirstOrDefault(candidate => candidate.Name == constant)?.Value ?? file.Constants[constant].Value;
    }
}
