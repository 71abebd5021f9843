using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes what kernels of one text differ in as types: the JIT and NativeAOT compile the text once for each, with its numbers as constants.
/// </summary>
internal static class ShapeEmitter
{
    public static void Emit(SourceWriter writer, ModelPlan plan)
    {
        EmitInterface(writer, "A product's numbers, known where it is compiled.", TypeArgument.ProductShape.Interface, """
            static abstract int Columns { get; }        // of the matrix
            static abstract int InputStride { get; }    // bytes from one row of activations to the next
            static abstract bool Accumulate { get; }    // y += W·x instead of y = W·x
            """);
        EmitInterface(writer, "How many rows of activations a call of a product does.", TypeArgument.ProductRows.Interface, """
            static abstract int Count { get; }
            static abstract int PrefetchBytes { get; }  // how far ahead of its use the weight stream is asked for; 0: not at all
            """);
        foreach (int rows in plan.Kernels.Where(kernel => kernel.IsProduct).SelectMany(kernel => ProductRows.All(kernel.KernelFile)).Distinct().OrderBy(rows => rows))
        {
            EmitStruct(writer, $"Rows{rows}", TypeArgument.ProductRows.Interface, [("int", "Count", $"{rows}"), ("int", "PrefetchBytes", $"{ProductRows.PrefetchBytesOf(rows)}")]);
        }

        foreach (ProductShape shape in plan.Shapes)
        {
            writer.Line($"/// <summary>{(shape.Accumulates ? "y += W·x" : "y = W·x")} with W of {EmittedFile.Grouped(shape.Columns)} columns.</summary>");
            EmitStruct(
                writer,
                shape.Name,
                TypeArgument.ProductShape.Interface,
                [("int", "Columns", $"{shape.Columns}"), ("int", "InputStride", $"{shape.InputStride}"), ("bool", "Accumulate", shape.Accumulates ? "true" : "false")]);
        }

        EmitTiles(writer, plan);
        foreach (IGrouping<string, KernelPlan> sharing in plan.Kernels.Where(kernel => kernel.Text is { HasShape: true }).GroupBy(kernel => kernel.Text!.Name))
        {
            EmitKernels(writer, [.. sharing]);
        }
    }

    /// <summary>Tiles of kernels of attention that share a text.</summary>
    private static void EmitTiles(SourceWriter writer, ModelPlan plan)
    {
        var tiles = plan.Kernels.SelectMany(kernel => VectorWidth.All.Where(width => kernel.TileName(width) is not null)
            .Select(width => (Name: kernel.TileName(width)!, Rows: kernel.Count(width, rows: true), Vectors: kernel.Count(width, rows: false))))
            .Distinct().OrderBy(tile => (tile.Rows, tile.Vectors)).ToArray();
        if (tiles.Length == 0)
        {
            return;
        }

        EmitInterface(writer, "How many queries a call of an attention's kernel does, and how many vectors of each at once.", TypeArgument.Tile.Interface, """
            static abstract int Rows { get; }
            static abstract int Vectors { get; }
            """);
        foreach ((string name, int rows, int vectors) in tiles)
        {
            EmitStruct(writer, name, TypeArgument.Tile.Interface, [("int", "Rows", $"{rows}"), ("int", "Vectors", $"{vectors}")]);
        }
    }

    /// <summary>The numbers of kernels that share a text.</summary>
    private static void EmitKernels(SourceWriter writer, KernelPlan[] kernels)
    {
        KernelText text = kernels[0].Text!;
        KernelFile file = KernelFile.Get(kernels[0].KernelFile);
        EmitInterface(
            writer,
            $"What the kernels of {text.Name} differ in, known where they are compiled.",
            text.ShapeInterface,
            string.Join("\n", text.Shape.Select(constant => Declaration(file.Constants[constant.Name]))));
        foreach (KernelPlan kernel in kernels)
        {
            EmitStruct(writer, kernel.ShapeName, text.ShapeInterface, kernel.Text!.Shape.Select(constant => (file.Constants[constant.Name].Type, constant.Name, constant.Value)));
        }
    }

    private static string Declaration(KernelFileConstant constant) =>
        $"static abstract {constant.Type} {constant.Name} {{ get; }}{(constant.Comment.Length == 0 ? "" : "   // " + constant.Comment)}";

    private static void EmitInterface(SourceWriter writer, string summary, string name, string members)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line(EmittedFile.GeneratedCode);
        using (writer.Block($"internal interface {name}"))
        {
            writer.Line(members);
        }

        writer.Line();
    }

    private static void EmitStruct(SourceWriter writer, string name, string implemented, IEnumerable<(string Type, string Name, string Value)> constants)
    {
        string members = string.Join(" ", constants.Select(constant => $"public static {constant.Type} {constant.Name} => {constant.Value};"));
        writer.Line(EmittedFile.GeneratedCode).Line($"internal readonly struct {name} : {implemented} {{ {members} }}").Line();
    }
}
