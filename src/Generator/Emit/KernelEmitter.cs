using System;
using System.Collections.Generic;
using System.Linq;
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
        SourceWriter writer = ModelEmitter.Begin(
            target,
            $"{plan.FileName}: kernels in {width.Bits}-bit vectors ({width.Name}).",
            "System",
            "System.Runtime.CompilerServices",
            "System.Runtime.Intrinsics",
            "System.Runtime.Intrinsics.X86");
        using (writer.Block($"partial class {target.Name}"))
        {
            EmitSet(writer, plan, width);
            foreach (KernelPlan kernel in plan.Kernels)
            {
                writer.Line().Lines(Private(Specialiser.Specialise(kernel.Request(width))));
            }

            foreach (KernelFile helper in Helpers(plan, width))
            {
                string name = helper.Name.StartsWith("Simd", StringComparison.Ordinal) ? helper.Name : helper.Name + width.Bits;
                var request = new KernelRequest(helper.Name, name, width, new Dictionary<string, string>(), new Dictionary<char, int>());
                writer.Line().Lines(Private(Specialiser.Specialise(request)));
            }
        }

        return writer.ToString();
    }

    /// <summary>Parameters of a kernel without their types: "byte* strip, float* y" becomes "strip, y".</summary>
    public static string Arguments(string parameters) => string.Join(", ", parameters.Split(',').Select(parameter => parameter.Trim().Split(' ')[1]));

    private static void EmitSet(SourceWriter writer, ModelPlan plan, VectorWidth width)
    {
        using (writer.Block($"private readonly unsafe struct {width.Name}Kernels : IKernels"))
        {
            foreach (KernelPlan kernel in plan.Kernels)
            {
                if (kernel.HasTile)
                {
                    writer.Line($"public static int {kernel.Name}_Tile => {kernel.Tile(width)};");
                }

                string parameters = KernelFile.Get(kernel.KernelFile).Parameters;
                writer.Line($"public static void {kernel.Name}({parameters}) => {width.Name}_{kernel.Name}.Run({Arguments(parameters)});");
            }
        }
    }

    /// <summary>The width's own helper, and those written for all widths that the kernels call, directly or through each other.</summary>
    private static IEnumerable<KernelFile> Helpers(ModelPlan plan, VectorWidth width)
    {
        var used = new SortedDictionary<string, KernelFile>(StringComparer.Ordinal);
        var callers = new Stack<KernelFile>(plan.Kernels.Select(kernel => KernelFile.Get(kernel.KernelFile)).Distinct());
        callers.Push(KernelFile.Get("Simd" + width.Bits));
        while (callers.Count > 0)
        {
            KernelFile caller = callers.Pop();
            if (caller.IsHelper)
            {
                used[caller.Name] = caller;
            }

            foreach (KernelFile helper in KernelFile.SharedHelpers.Select(KernelFile.Get))
            {
                if (!used.ContainsKey(helper.Name) && caller.Lines.Any(line => line.IndexOf(helper.Name + ".", StringComparison.Ordinal) >= 0))
                {
                    callers.Push(helper);
                }
            }
        }

        return used.Values;
    }

    /// <summary>K-files are internal classes of a namespace; in the model they are its own.</summary>
    private static IEnumerable<string> Private(IEnumerable<string> lines) => lines.Select(line =>
        line.StartsWith(ClassModifiers, StringComparison.Ordinal) ? "private" + line.Substring("internal".Length) : line);
}
