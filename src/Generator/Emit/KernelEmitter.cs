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
        SourceWriter writer = EmittedFile.Begin(
            target,
            $"{plan.FileName}: kernels in {width.Bits}-bit vectors ({width.Name}).",
            "System",
            "System.CodeDom.Compiler",
            "System.Runtime.CompilerServices",
            "System.Runtime.Intrinsics",
            "System.Runtime.Intrinsics.Arm",
            "System.Runtime.Intrinsics.X86");
        EmitSet(writer, plan, width);
        foreach (KernelPlan kernel in plan.Kernels)
        {
            writer.Line().Lines(Marked(Specialiser.Specialise(kernel.Request(width))));
        }

        foreach (KernelFile helper in Helpers(plan, width))
        {
            string name = helper.Name.StartsWith("Simd", StringComparison.Ordinal) ? helper.Name : helper.Name + width.Bits;
            var request = new KernelRequest(helper.Name, name, width, new Dictionary<string, string>(), new Dictionary<char, int>());
            writer.Line().Lines(Marked(Specialiser.Specialise(request)));
        }

        return writer.ToString();
    }

    /// <summary>Parameters of a kernel without their types: "byte* strip, float* y" becomes "strip, y".</summary>
    public static string Arguments(string parameters) => string.Join(", ", parameters.Split(',').Select(parameter => parameter.Trim().Split(' ')[1]));

    private static void EmitSet(SourceWriter writer, ModelPlan plan, VectorWidth width)
    {
        writer.Line(EmittedFile.GeneratedCode);
        using (writer.Block($"internal readonly unsafe struct {width.Name}Kernels : IKernels"))
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
                writer.Line($"public static void {kernel.Name}({parameters}) => {kernel.ClassName(width)}.Run({Arguments(parameters)});");
            }
        }
    }

    /// <summary>The methods of a product; where two would do as many rows, one stands for both.</summary>
    private static void EmitProduct(SourceWriter writer, KernelPlan kernel, VectorWidth width)
    {
        string parameters = KernelFile.Get(kernel.KernelFile).Parameters;
        foreach (string run in new[] { ProductRun.FewRows, ProductRun.ManyRows })
        {
            writer.Line($"public static int {run}Of_{kernel.Name} => {ProductRun.Tile(kernel.KernelFile, run, width)};");
        }

        foreach (string run in new[] { ProductRun.OneRow, ProductRun.FewRows, ProductRun.ManyRows })
        {
            string method = $"{kernel.ClassName(width)}<TShape>.{ProductRun.StandIn(kernel.KernelFile, run, width)}";
            writer.Line($"public static void {run}_{kernel.Name}<TShape>({parameters}) where TShape : struct, IProductShape => {method}({Arguments(parameters)});");
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

    /// <summary>The lines of a class with the mark of the generator in front of its declaration.</summary>
    private static IEnumerable<string> Marked(IEnumerable<string> lines) => lines.SelectMany(line =>
        line.StartsWith(ClassModifiers, StringComparison.Ordinal) ? new[] { EmittedFile.GeneratedCode, line } : [line]);
}
