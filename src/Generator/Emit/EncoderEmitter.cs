using System.Globalization;
using System.Linq;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes how an encoder's texts go through its layers. A token sees its whole text, so a layer has two halves: in the first all rows leave
/// their keys and values, in the second they look at them. Each goes through the rows batch by batch, so that what a product reads stays in
/// a cache however long the texts are.
/// </summary>
internal static class EncoderEmitter
{
    /// <summary>The field of the first row of a buffer that has one for each row of the texts.</summary>
    public static string OfTexts(string buffer) => buffer + "OfTexts";

    public static void Emit(SourceWriter writer, ModelPlan plan)
    {
        EmitEvaluate(writer, plan);
        ForwardEmitter.EmitShareOut(writer, plan);
        EmitTakeBatch(writer, plan);
        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            LayerKind layer = plan.LayerKinds[kind];
            int split = LayerKind.LastOfState(layer.Steps) + 1;
            string suffix = plan.LayerKinds.Count == 1 ? "" : kind.ToString(CultureInfo.InvariantCulture);
            writer.Line($"// {layer.Description}: up to the keys and values.");
            EmitSteps(writer, plan, "LayerToKeys" + suffix, [.. layer.Steps.Take(split)]);
            writer.Line("// The rest of the layer.");
            EmitSteps(writer, plan, "LayerFromKeys" + suffix, [.. layer.Steps.Skip(split)]);
        }

        writer.Line("// From x to the vectors of the rows that are left.");
        using (writer.Method("private void Head()"))
        {
            writer.Line("State* s = _state;");
            ForwardEmitter.EmitCalls(writer, plan, plan.Head);
        }

        writer.Line();
        if (plan.Terms.Count > 0)
        {
            writer.Line("// From x to the terms' largest logits over the rows of each text.");
            EmitSteps(writer, plan, "Terms", [.. plan.Terms]);
        }
    }

    private static void EmitEvaluate(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// The rows of some texts.");
        using (writer.Method("protected override void Evaluate(Row* rows, int count, CancellationToken cancellationToken)"))
        {
            writer.Line("""
                State* s = _state;
                Buffer.MemoryCopy(rows, s->RowsOfTexts, TextRows * (long)sizeof(Row), count * (long)sizeof(Row));
                """);
            using (writer.Block("for (int first = 0; first < count; first += BatchRows)"))
            {
                writer.Line("TakeBatch(first, count);");
                ForwardEmitter.EmitCalls(writer, plan, plan.Beginning);
            }

            writer.Line();
            using (writer.Block("for (int layer = 0; layer < Layers; layer++)"))
            {
                writer.Line("""
                    cancellationToken.ThrowIfCancellationRequested();
                    s->Layer = s->Layers + layer;
                    for (int first = 0; first < count; first += BatchRows)
                    {
                        TakeBatch(first, count);
                    """);
                EmitHalf(writer, plan, "LayerToKeys");
                writer.Line("""
                    }

                    // Every row has left its keys and values: now they are looked at.
                    for (int first = 0; first < count; first += BatchRows)
                    {
                        TakeBatch(first, count);
                        ShareOutAttention();
                    """);
                if (plan.KindOfLayer.Count > 0)
                {
                    writer.Line($$"""
                            if (layer == {{plan.Selection.Layer}} && !SelectRows())
                            {
                                continue;   // vectors are all that counts from here on, and nobody wants those of these rows
                            }

                        """);
                }

                EmitHalf(writer, plan, "LayerFromKeys");
                EmitHead(writer, plan);
                writer.Line("}");
            }
        }

        writer.Line();
    }

    /// <summary>What stands behind the last layer: vectors, or terms where those are asked for.</summary>
    private static void EmitHead(SourceWriter writer, ModelPlan plan) => writer.Line(plan.Terms.Count == 0
        ? """
                if (layer == Layers - 1)
                {
                    Head();
                }
            """
        : """
                if (layer == Layers - 1 && GivesTerms)
                {
                    Terms(cancellationToken);
                }
                else if (layer == Layers - 1)
                {
                    Head();
                }
            """);

    /// <summary>The call of a half of the layer at hand.</summary>
    private static void EmitHalf(SourceWriter writer, ModelPlan plan, string half)
    {
        if (plan.LayerKinds.Count == 1)
        {
            writer.Line($"    {half}(cancellationToken);");
            return;
        }

        writer.Line("    switch (LayerKinds[layer])");
        writer.Line("    {");
        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            writer.Line($"        case {kind}:");
            writer.Line($"            {half}{kind}(cancellationToken);");
            writer.Line("            break;");
        }

        writer.Line("    }").Line();
    }

    private static void EmitTakeBatch(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// The rows from the first on are those at hand, as many as a batch has.");
        using (writer.Method("private void TakeBatch(int first, int count)"))
        {
            writer.Line("""
                State* s = _state;
                s->Rows = s->RowsOfTexts + first;
                s->RowCount = Math.Min(count - first, BatchRows);
                """);
            foreach (BufferPlan buffer in plan.Buffers.Where(buffer => buffer.IsOfTexts))
            {
                writer.Line($"s->{buffer.Name} = s->{OfTexts(buffer.Name)} + first * {(buffer.IsFloat ? buffer.RowFloats : buffer.RowBytes)}L;");
            }
        }

        writer.Line();
    }

    private static void EmitSteps(SourceWriter writer, ModelPlan plan, string name, Step[] steps)
    {
        using (writer.Method($"private void {name}(CancellationToken cancellationToken)"))
        {
            writer.Line("State* s = _state;");
            ForwardEmitter.EmitCalls(writer, plan, steps);
        }

        writer.Line();
    }
}
