using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the forward pass: the loop over the layers, each layer's steps, and the jobs that the worker pool runs.</summary>
internal static class ForwardEmitter
{
    /// <summary>Rows that a call takes at most, as an expression.</summary>
    private static string RowsOf(ModelPlan plan) => plan.TextRows == 0 ? "BatchRows" : "TextRows";

    public static string Emit(TargetClass target, ModelPlan plan)
    {
        SourceWriter writer = EmittedFile.Begin(
            target,
            $"{plan.FileName}: the forward pass.",
            "System",
            "System.CodeDom.Compiler",
            "System.Runtime.CompilerServices",
            "System.Threading",
            "ModelGen.CompilerServices");
        EmitKernelInterface(writer, plan);
        writer.Line();
        ShapeEmitter.Emit(writer, plan);
        EmitForward(writer, plan);
        return writer.ToString();
    }

    private static void EmitKernelInterface(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("/// <summary>The kernels of this model; one implementation an instruction set.</summary>");
        writer.Line(EmittedFile.GeneratedCode);
        using (writer.Block("internal unsafe interface IKernels"))
        {
            foreach (KernelPlan kernel in plan.Kernels)
            {
                string parameters = KernelFile.Get(kernel.KernelFile).Parameters;
                if (kernel.IsProduct)
                {
                    writer.Line($"static abstract int TileOf_{kernel.Name}(int rows);   // rows of the next tile; each gives a row the same bits");
                    writer.Line($"static abstract void {kernel.Name}<TShape>(int tile, {parameters}) where TShape : struct, IProductShape;");
                    continue;
                }

                if (kernel.HasTile)
                {
                    writer.Line($$"""static abstract int {{kernel.Name}}_Tile { get; }   // rows that a call does""");
                }

                writer.Line($"static abstract void {kernel.Name}({parameters});");
            }
        }
    }

    private static void EmitForward(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("/// <summary>The forward pass of batches of rows, with its buffers.</summary>");
        writer.Line(EmittedFile.GeneratedCode);
        using (writer.Block("internal sealed unsafe class Forward<TKernels> : ForwardPass\n    where TKernels : struct, IKernels"))
        {
            EmitConstants(writer, plan);
            EmitConstructor(writer, plan);
            TableEmitter.Emit(writer, plan);
            if (plan.TextRows == 0)
            {
                EmitEvaluate(writer, plan);
                EmitLayers(writer, plan);
            }
            else
            {
                EncoderEmitter.Emit(writer, plan);
            }

            EmitSelection(writer, plan);
            foreach (JobPlan job in plan.Jobs)
            {
                StepEmitter.Of(job.Step).EmitJobs(writer, plan, job);
            }

            writer.Line("private static float* AlignToCacheLine(byte* memory) => unchecked((float*)(((nint)memory + 63) & ~63));").Line();
            EmitState(writer, plan);
        }
    }

    private static void EmitConstants(SourceWriter writer, ModelPlan plan) => writer.Line($"""
        private const int Layers = {plan.Spec.Layers.Count};
        private const int BatchRows = {plan.BatchRows};       // at most; every kernel's tile divides it
        {(plan.TextRows == 0 ? "" : $"private const int TextRows = {plan.TextRows};        // of the texts of a call, which go through a layer batch by batch\n")}
        // Keys and values ({plan.KeyValueFormat}) lie in pages of {plan.State.PagePositions} positions; within a page those of a layer, in it a head after the other, its keys, then its
        // values, both in blocks of 64 positions. A softmax runs over a range of keys, and ranges are merged in their order.
        private const int BlockKeys = {KeyValueLayout.BlockKeys};
        private const int RangeKeys = {KeyValueLayout.RangeKeys};

        private readonly WorkerPool _workers;
        private readonly State* _state;
        """).Line();

    private static void EmitConstructor(SourceWriter writer, ModelPlan plan)
    {
        using (writer.Method("public Forward(ModelResources resources)"))
        {
            writer.Line($"""
                _workers = resources.Workers;
                byte* weights = resources.Weights;
                byte* scratch = Allocate({plan.ScratchBytes});
                State* s = _state = (State*)Allocate(sizeof(State));
                s->Weights = weights;
                s->Rows = (Row*)Allocate({RowsOf(plan)} * (long)sizeof(Row));
                s->Layers = (LayerWeights*)Allocate(Layers * (long)sizeof(LayerWeights));
                """);
            if (plan.TextRows > 0)
            {
                writer.Line("s->RowsOfTexts = s->Rows;");
            }

            foreach (BufferPlan buffer in plan.Buffers)
            {
                string address = EmittedFile.Plus("scratch", buffer.Offset);
                string ofTexts = buffer.IsOfTexts ? $"s->{EncoderEmitter.OfTexts(buffer.Name)} = " : "";
                writer.Line($"s->{buffer.Name} = {ofTexts}{(buffer.IsFloat ? Expressions.Floats(address) : address)};");
            }

            for (int i = 0; i < plan.AttentionPatterns.Count; i++)
            {
                AttentionPattern pattern = plan.AttentionPatterns[i];
                string window = pattern.Window == 0 ? "all keys" : $"{(pattern.IsChunked ? "chunks" : "a window")} of {pattern.Window} keys";
                writer.Line($"s->Attention{i} = new AttentionSchedule({pattern.Window}, {(pattern.IsChunked ? "true" : "false")}, {pattern.Heads.KeyValues}, {pattern.Heads.GroupSize}, {pattern.RowQueries}, {pattern.TileQueries}, {AttentionKernels.LargestTile - 1}, {pattern.PartialQueries}{(pattern.Ahead == 0 ? "" : $", ahead: {pattern.Ahead}")});   // {window}, {pattern.Heads.KeyValues} key/value heads of {pattern.Heads.GroupSize} query heads");
                writer.Line($"s->Attention{i}.Place(Allocate(s->Attention{i}.BytesOf(BatchRows)), BatchRows);");
            }

            for (int i = 0; i < plan.ExpertPatterns.Count; i++)
            {
                ExpertPattern pattern = plan.ExpertPatterns[i];
                writer.Line($"s->Experts{i} = new ExpertSchedule({pattern.Experts}, {pattern.Used}, {ProductRows.MostSurplus});   // {pattern.Used} of {pattern.Experts} experts a row");
                writer.Line($"s->Experts{i}.Place(Allocate(s->Experts{i}.BytesOf(BatchRows)), BatchRows);");
            }

            if (plan.Logits?.Matrix is MatrixReference head)
            {
                string fewest = $"{Chunks.FewestStripsOfOneRow(head.StripBytes)}";
                writer.Line($"s->LogitStrips = new LogitSchedule({head.Strips}, {fewest});   // strips of the output matrix, of a chunk at least");
                writer.Line("s->LogitStrips.Place(Allocate(s->LogitStrips.Bytes));");
            }

            using (writer.Block("for (int layer = 0; layer < Layers; layer++)"))
            {
                writer.Line("LayerWeights* w = s->Layers + layer;");
                for (int i = 0; i < plan.Weights.Fields.Count; i++)
                {
                    WeightField field = plan.Weights.Fields[i];
                    string offset = $"LayerOffsets[{EmittedFile.Plus($"layer * {plan.Weights.Fields.Count}", i)}]";
                    writer.Line($"w->{field.Name} = " + field.Kind switch
                    {
                        WeightKind.Vector => $"(float*)(weights + {offset});",
                        WeightKind.Matrix => $"weights + {offset};",
                        WeightKind.DistanceBias => TableEmitter.Spread(plan, plan.DistanceBias!, offset),
                        _ => offset + ";",
                    });
                }
            }
        }

        writer.Line().Line($"""
            public override int MaxRows => {RowsOf(plan)};
            """);
        if (plan.Logits is LogitsStep logits)
        {
            writer.Line().Line($"""
                public override int LogitRows => {logits.RowsAtOnce};

                public override int LogitStride => {logits.Count};       // the vocabulary in whole strips of 16 rows
                """);
        }

        writer.Line();
    }

    private static void EmitEvaluate(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// A batch of rows: every matrix is read once for all of them.");
        using (writer.Method("protected override void Evaluate(Row* rows, int count, CancellationToken cancellationToken)"))
        {
            writer.Line("""
                State* s = _state;
                Buffer.MemoryCopy(rows, s->Rows, BatchRows * (long)sizeof(Row), count * (long)sizeof(Row));
                s->RowCount = count;
                ShareOutAttention();
                """);
            EmitCalls(writer, plan, plan.Beginning);
            writer.Line();
            using (writer.Block("for (int layer = 0; layer < Layers && s->RowCount > 0; layer++)"))
            {
                writer.Line("cancellationToken.ThrowIfCancellationRequested();");
                writer.Line("s->Layer = s->Layers + layer;");
                if (plan.LayerKinds.Count == 1)
                {
                    writer.Line("Layer(cancellationToken);");
                }
                else
                {
                    using (writer.Block("switch (LayerKinds[layer])"))
                    {
                        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
                        {
                            writer.Line($"case {kind}:");
                            writer.Line($"    Layer{kind}(cancellationToken);");
                            writer.Line("    break;");
                        }
                    }
                }
            }

            writer.Line();
            using (writer.Block("if (s->RowCount > 0)"))
            {
                writer.Line("Head();");
            }
        }

        writer.Line();
        EmitShareOut(writer, plan);
    }

    public static void EmitShareOut(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// Which queries attend together, and who takes which ranges of keys.");
        using (writer.Method("private void ShareOutAttention()"))
        {
            writer.Line("State* s = _state;");
            for (int i = 0; i < plan.AttentionPatterns.Count; i++)
            {
                writer.Line($"s->Attention{i}.ShareOut(s->Rows, s->RowCount);");
            }
        }

        writer.Line();
    }

    private static void EmitLayers(SourceWriter writer, ModelPlan plan)
    {
        foreach (LayerPart part in plan.LayerParts)
        {
            writer.Line("// What several kinds of layers have in common.");
            using (writer.Method($"private void {part.Name}(CancellationToken cancellationToken)"))
            {
                writer.Line("State* s = _state;");
                EmitCalls(writer, plan, part.Steps, SelectionIn(plan, part.Steps));
            }

            writer.Line();
        }

        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            LayerKind layer = plan.LayerKinds[kind];
            writer.Line($"// {layer.Description}.");
            string suffix = plan.LayerKinds.Count == 1 ? "" : kind.ToString(CultureInfo.InvariantCulture);
            using (writer.Method($"private void Layer{suffix}(CancellationToken cancellationToken)"))
            {
                EmitHalves(writer, plan, layer, kind == plan.KindOfLayer[plan.Selection.Layer]);
            }

            writer.Line();
        }

        writer.Line("// From x to the logits of the rows that are left.");
        using (writer.Method("private void Head()"))
        {
            writer.Line("State* s = _state;");
            EmitCalls(writer, plan, plan.Head);
        }

        writer.Line();
    }

    /// <summary>A layer: calls of what it shares with layers of other kinds, and its own steps.</summary>
    private static void EmitHalves(SourceWriter writer, ModelPlan plan, LayerKind layer, bool isSelecting)
    {
        LayerPart?[] shared = [.. layer.Halves.Select(half => plan.LayerParts.FirstOrDefault(part => part.Steps == half.Steps))];
        if (isSelecting || shared.Contains(null))
        {
            writer.Line("State* s = _state;");
        }

        foreach (((_, EquatableArray<Step> steps), LayerPart? part) in layer.Halves.Zip(shared, (half, part) => (half, part)))
        {
            SelectionPlan? selection = isSelecting ? SelectionIn(plan, steps) : null;
            if (part is null)
            {
                EmitCalls(writer, plan, steps, selection);
                continue;
            }

            writer.Line($"{part.Name}(cancellationToken);");
            if (selection is not null)
            {
                using (writer.Block("if (s->RowCount == 0)"))
                {
                    writer.Line("return;");
                }

                writer.Line();
            }
        }
    }

    /// <summary>Where rows are dropped within half of a layer, if that is one of the halves of the layer in which it happens.</summary>
    private static SelectionPlan? SelectionIn(ModelPlan plan, EquatableArray<Step> steps)
    {
        SelectionPlan selection = plan.Selection;
        return plan.LayerKinds[plan.KindOfLayer[selection.Layer]].Halves
            .Where(half => half.Steps == steps && selection.Step >= half.First && selection.Step < half.First + steps.Count)
            .Select(half => selection with { Step = selection.Step - half.First }).FirstOrDefault();
    }

    public static void EmitCalls(SourceWriter writer, ModelPlan plan, IEnumerable<Step> steps, SelectionPlan? selection = null)
    {
        int index = 0;
        foreach (Step step in steps)
        {
            StepEmitter emitter = StepEmitter.Of(step);
            writer.Line();
            if (emitter.IsLong)
            {
                writer.Line("cancellationToken.ThrowIfCancellationRequested();").Line();
            }

            emitter.EmitCall(writer, plan, plan.JobOf(step));
            if (index++ == selection?.Step)
            {
                writer.Line().Line($$"""
                    // Behind the last layer logits are all that counts: rows that nobody wants them of have left their state, and are done.
                    if (s->Layer == s->Layers + {{selection.Layer}} && !SelectRows())
                    {
                        return;
                    }
                    """);
            }
        }
    }

    /// <summary>
    /// What comes behind the last state reads the rows that want logits, one of a prompt's: a layer's work less, a sixteenth of a model of
    /// sixteen layers.
    /// </summary>
    private static void EmitSelection(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// Moves the rows that want logits to the front, and drops the others; false where none does.");
        using (writer.Method("private bool SelectRows()"))
        {
            writer.Line("""
                State* s = _state;
                int kept = 0;
                for (int row = 0; row < s->RowCount; row++)
                {
                    if (s->Rows[row].Logits == null)
                    {
                        continue;
                    }

                    if (kept < row)
                    {
                        s->Rows[kept] = s->Rows[row];
                """);
            foreach (string name in plan.Selection.Buffers)
            {
                int bytes = plan.Buffer(name).RowBytes;
                writer.Line($"        Buffer.MemoryCopy({Expressions.Row(plan, name, "row")}, {Expressions.Row(plan, name, "kept")}, {bytes}, {bytes});");
            }

            writer.Line("""
                    }

                    kept++;
                }

                if (kept < s->RowCount)
                {
                    s->RowCount = kept;
                    ShareOutAttention();
                }

                return kept > 0;
                """);
        }

        writer.Line();
    }

    private static void EmitState(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// What the jobs see: the batch at hand, the layer, and the buffers.");
        using (writer.Block("private struct State"))
        {
            if (plan.TextRows > 0)
            {
                writer.Line("public Row* RowsOfTexts;        // all rows of the texts; Rows are those of the batch");
            }

            writer.Line("""
                public Row* Rows;               // of the batch: tokens and positions
                public int RowCount;
                """);
            if (plan.Logits is not null)
            {
                writer.Line("""
                    public int FirstLogitRow;       // rows whose logits are being computed
                    public int LogitRowCount;
                    public float* Logits;           // where they are written
                    public LogitSchedule LogitStrips;   // which of them
                    """);
            }

            writer.Line("""
                public byte* Weights;           // of the model
                public LayerWeights* Layers;
                public LayerWeights* Layer;     // the current one
                """);
            for (int i = 0; i < plan.AttentionPatterns.Count; i++)
            {
                writer.Line($"public AttentionSchedule Attention{i};");
            }

            for (int i = 0; i < plan.ExpertPatterns.Count; i++)
            {
                writer.Line($"public ExpertSchedule Experts{i};");
            }

            foreach (BufferPlan buffer in plan.Buffers)
            {
                string type = buffer.IsFloat ? "float*" : "byte*";
                writer.Line($"public {type} {buffer.Name};   // {buffer.Meaning}: {EmittedFile.Grouped(buffer.Rows)} rows of {EmittedFile.Grouped(buffer.RowBytes)} bytes");
                if (buffer.IsOfTexts)
                {
                    writer.Line($"public {type} {EncoderEmitter.OfTexts(buffer.Name)};   // its first row; {buffer.Name} is that of the batch");
                }
            }
        }

        writer.Line();
        writer.Line("// The weights of one layer, and where in a page it has what it remembers.");
        using (writer.Block("private struct LayerWeights"))
        {
            foreach (WeightField field in plan.Weights.Fields)
            {
                string type = field.Kind switch
                {
                    WeightKind.Vector or WeightKind.DistanceBias => "float*",
                    WeightKind.Matrix => "byte*",
                    _ => "long",
                };
                writer.Line($"public {type} {field.Name};");
            }
        }
    }
}
