using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Emit;
using ModelGen.Generator.Forests.Recognition;
using ModelGen.Generator.Forests.Tables;
using ModelGen.Gguf;

namespace ModelGen.Generator.Forests.Emit;

/// <summary>Writes what only a program needs of a forest: its trees as data, and the loop that goes down them.</summary>
internal static class ForestTablesEmitter
{
    private const int NodesOfLine = 6;
    private const int RootsOfLine = 14;
    private const int ProbabilitiesOfLine = 6;

    public static GeneratedFile Emit(ForestClass target, ForestTables tables)
    {
        SourceWriter writer = EmittedFile.Begin($"{target.FileName}: its trees, and how they are asked.");
        writer.Line($"""
            namespace {target.GeneratedNamespace};

            using global::System;
            using global::ModelGen.CompilerServices;

            """);
        using (writer.Block("internal static partial class Forest"))
        {
            EmitDescription(writer, tables);
            writer.Line();
            EmitLoop(writer);
            EmitData(writer, "Where the trees begin.", "int", "Roots", tables.Roots.Select(Number), RootsOfLine);
            EmitData(
                writer,
                "A split has, from the highest bits on, a threshold (32), a feature (14), and how far behind it its right child is (18); its left\n"
                    + "// one is the next node. A leaf has the distance 0, and in place of the threshold where its probabilities are.",
                "ulong",
                "Nodes",
                tables.Nodes.Select(node => "0x" + node.ToString("X16", CultureInfo.InvariantCulture)),
                NodesOfLine);
            EmitData(
                writer, "Of leaves, one for each class.", "double", "Probabilities", tables.Probabilities.Select(GgufText.Double), ProbabilitiesOfLine);
        }

        return new GeneratedFile($"{target.FileStem}.ForestTrees.g.cs", writer.ToString());
    }

    private static void EmitDescription(SourceWriter writer, ForestTables tables) => writer.Line($$"""
        private const int ClassCount = {{tables.Classes.Count}};
        private const int TreeCount = {{tables.Roots.Count}};

        static partial void Describe(ref ForestDescription? description) => description = new ForestDescription
        {
            FeatureCount = {{tables.FeatureCount}},
            TreeCount = TreeCount,
            Classes = new[] { {{string.Join(", ", tables.Classes.Select(Number))}} },
            Predict = Predict,
        };
        """);

    private static void EmitLoop(SourceWriter writer)
    {
        using SourceWriter.Scope method = writer.Method(
            "private static void Predict(ReadOnlySpan<float> features, Span<double> probabilities)");
        writer.Line($$"""
            ReadOnlySpan<int> roots = Roots;
            ReadOnlySpan<ulong> nodes = Nodes;
            ReadOnlySpan<double> leaves = Probabilities;
            probabilities.Clear();
            for (int tree = 0; tree < roots.Length; tree++)
            {
                int place = roots[tree];
                ulong node = nodes[place];
                int distance;
                while ((distance = (int)node & {{(1 << NodeCode.DistanceBits) - 1}}) != 0)
                {
                    float feature = features[(int)(node >> {{NodeCode.DistanceBits}}) & {{(1 << NodeCode.FeatureBits) - 1}}];
                    place += feature <= BitConverter.UInt32BitsToSingle((uint)(node >> 32)) ? 1 : distance;
                    node = nodes[place];
                }

                ReadOnlySpan<double> leaf = leaves.Slice((int)(node >> 32), ClassCount);
                for (int i = 0; i < leaf.Length; i++)
                {
                    probabilities[i] += leaf[i];
                }
            }

            for (int i = 0; i < probabilities.Length; i++)
            {
                probabilities[i] /= TreeCount;
            }
            """);
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // The compiler lays such an array into the assembly, and the span shows it there: nothing is created at run time.
    private static void EmitData(
        SourceWriter writer, string comment, string type, string name, IEnumerable<string> values, int valuesOfLine)
    {
        writer.Line().Line("// " + comment);
        using (writer.Block($"private static ReadOnlySpan<{type}> {name} => new {type}[]", close: "};"))
        {
            List<string> line = [];
            foreach (string value in values)
            {
                line.Add(value);
                if (line.Count == valuesOfLine)
                {
                    writer.Line(string.Join(", ", line) + ",");
                    line.Clear();
                }
            }

            if (line.Count > 0)
            {
                writer.Line(string.Join(", ", line) + ",");
            }
        }
    }
}
