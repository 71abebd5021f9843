using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the kernels of one vector width: the set that the forward pass calls, and the specialised K-files behind it.</summary>
internal static class KernelEmitter
{
    private const string ClassModifiers = "internal static unsafe class ";

    public static string Emit(TargetClass target, ModelPlan plan, VectorWidth width)
    {
        SourceWriter writer = EmittedFile.Begin(
            target,
            $"{plan.FileName}: kernels in {width.Bits}-bit vectors ({width.Name}).",
            "System",
            "System.CodeDom.Compiler",
            "System.Runtime.CompilerServices",
            "System.Runtime.Intrinsics",
            "System.Runtime.Intrinsics.Arm",
            "System.Runtime.Intrinsics.X86");
        if (width.HasDotLevels)
        {
            EmitDotLevels(writer);
        }

        EmitSet(writer, plan, width);

        // What is the same at every width stands with the widest vectors.
        IEnumerable<KernelPlan> ofWidth = plan.Kernels.Where(kernel => width == VectorWidth.All[0] || !kernel.IsOfAnyWidth);
        foreach (KernelPlan kernel in ofWidth.GroupBy(kernel => kernel.ClassName(width)).Select(sharing => sharing.First()))
        {
            writer.Line().Lines(Class(Specialiser.Specialise(kernel.Request(width)), kernel.ClassName(VectorWidth.All[0]), width == VectorWidth.All[0]));
        }

        foreach (KernelFile helper in Helpers(plan, width))
        {
            bool isOfWidth = helper.Name.StartsWith("Simd", StringComparison.Ordinal);
            string name = isOfWidth ? helper.Name : helper.Name + width.Bits;
            var request = new KernelRequest(helper.Name, name, width, new Dictionary<string, string>(), new Dictionary<char, int>());
            writer.Line().Lines(Class(Specialiser.Specialise(request), helper.Name + VectorWidth.All[0].Bits, isOfWidth || width == VectorWidth.All[0]));
        }

        return writer.ToString();
    }

    /// <summary>Parameters of a kernel without their types: "byte* strip, float* y" becomes "strip, y".</summary>
    public static string Arguments(string parameters) => string.Join(", ", parameters.Split(',').Select(parameter => parameter.Trim().Split(' ')[1]));

    /// <summary>What kernels are compiled for: processors with dot products of bytes, and those without.</summary>
    private static void EmitDotLevels(SourceWriter writer)
    {
        writer.Line("/// <summary>Whether one instruction adds the products of four bytes to a 32-bit lane, as sdot of ARM64 does.</summary>");
        writer.Line(EmittedFile.GeneratedCode);
        writer.Line("""
            internal interface IDotProducts
            {
                static abstract bool HasDot { get; }
            }
            """).Line();
        foreach (bool hasDot in new[] { true, false })
        {
            writer.Line(EmittedFile.GeneratedCode);
            writer.Line($$"""
                internal readonly struct {{(hasDot ? "WithDot" : "WithoutDot")}} : IDotProducts
                {
                    public static bool HasDot => {{(hasDot ? "true" : "false")}};
                }
                """).Line();
        }
    }

    private static void EmitSet(SourceWriter writer, ModelPlan plan, VectorWidth width)
    {
        writer.Line(EmittedFile.GeneratedCode);
        string arguments = width.HasDotLevels ? "<TDot>" : "";
        string constraint = width.HasDotLevels ? "\n    where TDot : struct, IDotProducts" : "";
        using (writer.Block($"internal readonly unsafe struct {width.Name}Kernels{arguments} : IKernels{constraint}"))
        {
            foreach (KernelPlan kernel in plan.Kernels)
            {
                if (kernel.IsProduct)
                {
                    EmitProduct(writer, kernel, width);
                    continue;
                }

                if (kernel.HasTile)
                {
                    writer.Line($"public static int {kernel.Name}_Tile => {kernel.Tile(width)};");
                }

                string parameters = KernelFile.Get(kernel.KernelFile).Parameters;
                writer.Line($"public static void {kernel.Name}({parameters}) => {kernel.Class(width)}.Run({Arguments(parameters)});");
            }
        }
    }

    /// <summary>A product at all its tiles.</summary>
    private static void EmitProduct(SourceWriter writer, KernelPlan kernel, VectorWidth width)
    {
        string parameters = KernelFile.Get(kernel.KernelFile).Parameters;
        IReadOnlyList<int> tiles = ProductRows.Tiles(kernel.KernelFile, width);
        string choice = string.Concat(Enumerable.Range(1, tiles.Count - 1).Reverse().Select(i => $"rows > {ProductRows.Above(tiles, i)} ? {tiles[i]} : "));
        writer.Line($"public static int TileOf_{kernel.Name}(int rows) => {choice}{tiles[0]};");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        using (writer.Block($"public static void {kernel.Name}<TShape>(int tile, {parameters}) where TShape : struct, IProductShape"))
        {
            using (writer.Block("switch (tile)"))
            {
                foreach (int rows in tiles)
                {
                    writer.Line($"{(rows == tiles[tiles.Count - 1] ? "default" : $"case {rows}")}: {kernel.Class(width, "TShape", $"Rows{rows}")}.Run({Arguments(parameters)}); break;");
                }
            }
        }
    }

    /// <summary>The helpers that the model's kernels call, and those that these call.</summary>
    private static IEnumerable<KernelFile> Helpers(ModelPlan plan, VectorWidth width)
    {
        KernelFile[] helpers = KernelFile.All.Values
            .Where(file => file.IsHelper && (!file.Name.StartsWith("Simd", StringComparison.Ordinal) || file.Name == "Simd" + width.Bits))
            .ToArray();
        var needed = new SortedDictionary<string, KernelFile>(StringComparer.Ordinal);
        var callers = new Queue<KernelFile>(plan.Kernels.Select(kernel => kernel.KernelFile).Distinct().Select(KernelFile.Get));
        while (callers.Count > 0)
        {
            KernelFile caller = callers.Dequeue();
            foreach (KernelFile helper in helpers.Where(helper => !needed.ContainsKey(helper.Name) && caller.Calls(helper, width)))
            {
                needed.Add(helper.Name, helper);
                callers.Enqueue(helper);
            }
        }

        return needed.Values;
    }

    /// <summary>The lines of a class with the mark of the generator. What it does is said at the widest vectors; the others name that class.</summary>
    private static IEnumerable<string> Class(IEnumerable<string> lines, string documented, bool isDocumented)
    {
        if (!isDocumented)
        {
            yield return $"// As {documented}, which says what it does.";
        }

        foreach (string line in lines.Where(line => isDocumented || !line.TrimStart().StartsWith("///", StringComparison.Ordinal)))
        {
            if (line.StartsWith(ClassModifiers, StringComparison.Ordinal))
            {
                yield return EmittedFile.GeneratedCode;
            }

            yield return line;
        }
    }
}
