using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Model;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Specialise;

namespace ModelGen.Generator.Emit;

/// <summary>Writes the forward pass: the loop over the layers, and the jobs that the worker pool runs.</summary>
internal static class ForwardEmitter
{
    // Tokens that a job of a prefill batch takes where the work is the same for each: a few microseconds' worth.
    private const int TokensOfChunk = 8;

    // The state is a handful of pointers; a page leaves room for every buffer a plan can have.
    private const int StateBytes = 4096;

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
                if (kernel.HasTile)
                {
                    writer.Line($$"""static abstract int {{kernel.Name}}_Tile { get; }   // tokens or rows that a call does""");
                }

                writer.Line($"static abstract void {kernel.Name}({KernelFile.Get(kernel.KernelFile).Parameters});");
            }
        }
    }

    private static void EmitForward(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("/// <summary>The forward pass of one session, with its buffers.</summary>");
        writer.Line(EmittedFile.GeneratedCode);
        using (writer.Block("internal sealed unsafe class Forward<TKernels> : ForwardPass\n    where TKernels : struct, IKernels"))
        {
            EmitConstants(writer, plan);
            EmitConstructor(writer, plan);
            EmitEvaluate(writer, plan);
            EmitEmbedding(writer, plan);
            EmitPhase(writer, plan, isPrefill: false);
            EmitPhase(writer, plan, isPrefill: true);
            EmitHead(writer, plan);
            JobEmitter.EmitJobs(writer, plan, TokensOfChunk);
            EmitState(writer, plan);
        }
    }

    private static void EmitConstants(SourceWriter writer, ModelPlan plan)
    {
        KeyValuePlan keyValue = plan.KeyValue;
        writer.Line($"""
            private const int Layers = {plan.Spec.Layers.Count};
            private const int PrefillTokens = {plan.PrefillTokens};       // of a batch at most; every kernel's tile divides it
            private const int GroupSize = {plan.Spec.GroupSize};            // query heads that share a key/value head
            private const int KeyValueHeads = {plan.Spec.KeyValueHeadCount};
            private const int HeadDimension = {plan.Spec.HeadDimension};
            private const int PaddedLogits = {plan.Logits.Count};       // the vocabulary in whole strips of 16 rows
            """).Line();
        AttentionEmitter.EmitConstants(writer, plan);
        writer.Line($"""
            // The session's native memory: keys and values, scratch, this object's state, pointers to each layer's weights.
            private const long ScratchOffset = {Buffers.Align(keyValue.Bytes)};
            private const long StateOffset = ScratchOffset + {Buffers.Align(plan.ScratchBytes)};
            private const long LayerWeightsOffset = StateOffset + {StateBytes};

            private readonly SessionMemory _memory;
            private readonly WorkerPool _workers;
            private readonly State* _state;
            private readonly byte* _weights;
            """).Line();
    }

    private static void EmitConstructor(SourceWriter writer, ModelPlan plan)
    {
        using (writer.Method("public Forward(ModelResources resources)"))
        {
            writer.Line("""
                _memory = new SessionMemory(resources, LayerWeightsOffset + Layers * (long)sizeof(LayerWeights), PaddedLogits);
                _workers = resources.Workers;
                _weights = resources.Weights;
                byte* memory = _memory.Address;
                byte* scratch = memory + ScratchOffset;
                State* s = _state = (State*)(memory + StateOffset);
                s->Weights = _weights;
                s->KeyValue = memory;
                s->Layers = (LayerWeights*)(memory + LayerWeightsOffset);
                s->Logits = _memory.Logits;
                """);
            foreach (BufferPlan buffer in plan.Buffers)
            {
                string address = EmittedFile.Plus("scratch", buffer.Offset);
                writer.Line($"s->{buffer.Name} = {(buffer.IsFloat ? Floats(address) : address)};");
            }

            writer.Line("for (int layer = 0; layer < Layers; layer++)");
            writer.Line("{");
            writer.Line("    LayerWeights* w = s->Layers + layer;");
            for (int i = 0; i < plan.Weights.Fields.Count; i++)
            {
                WeightField field = plan.Weights.Fields[i];
                string address = $"_weights + WeightOffsets[{EmittedFile.Plus($"layer * {plan.Weights.Fields.Count}", i)}]";
                writer.Line($"    w->{field.Name} = {(field.IsVector ? Floats(address) : address)};");
            }

            writer.Line("}");
        }

        writer.Line();
        writer.Line("public override int ContextLength => " + plan.ContextLength + ";").Line();
        writer.Line("public override int VocabularySize => " + plan.Spec.VocabularySize + ";").Line();
        writer.Line($"// Bytes from the start of the weights, a row a layer: {string.Join(", ", plan.Weights.Fields.Select(field => field.Name))}; -1: not in this layer.");
        writer.Line("private static ReadOnlySpan<long> WeightOffsets => new long[]");
        writer.Line("{");
        writer.Lines(plan.Weights.Rows.Select(row => "    " + string.Join(", ", row.Offsets.Select(offset => offset.ToString(CultureInfo.InvariantCulture))) + ","));
        writer.Line("};").Line();
        foreach ((RotaryPlan rotary, RotarySpec spec) in plan.Rotaries.Zip(plan.Spec.Rotaries, (rotary, spec) => (rotary, spec)))
        {
            writer.Line($"// Angle that pair i of a head turns a position: {EquationOf(spec)}.");
            writer.Line($"private static ReadOnlySpan<double> {rotary.Field} => new double[]");
            writer.Line("{");
            writer.Lines(rotary.Frequencies.Select(frequency => "    " + frequency.ToString("G17", CultureInfo.InvariantCulture) + ","));
            writer.Line("};").Line();
        }

        EmitNumbers(writer, "Slope of each head's linear biases.", "Slopes", plan.Slopes);
        EmitNumbers(writer, "αp, αn, β and ε of each layer's activation.", "ActivationParameters", plan.ActivationParameters);
    }

    private static string EquationOf(RotarySpec rotary)
    {
        string factor = rotary.Scaling.Factor.ToString("R", CultureInfo.InvariantCulture);
        string scaled = rotary.Scaling switch
        {
            { Yarn: not null } => $", slow pairs divided by {factor} (YaRN)",
            { Factor: not 1f } => " / " + factor,
            _ => "",
        };
        return $"{rotary.Base.ToString("R", CultureInfo.InvariantCulture)}^(-2i / {rotary.Dimensions}){scaled}";
    }

    private static void EmitNumbers(SourceWriter writer, string meaning, string name, EquatableArray<float> numbers)
    {
        if (numbers.Count > 0)
        {
            writer.Line("// " + meaning);
            writer.Line($"private static ReadOnlySpan<float> {name} => new float[] {{ {string.Join(", ", numbers.Select(StatementEmitter.Literal))} }};").Line();
        }
    }

    private static string Floats(string address) => address.Contains(" + ") ? $"(float*)({address})" : "(float*)" + address;

    private static void EmitEvaluate(SourceWriter writer, ModelPlan plan)
    {
        using (writer.Method("protected override ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens, int position, CancellationToken cancellationToken)"))
        {
            writer.Line($$"""
                using SessionMemory.Lease lease = _memory.Open();
                while (tokens.Length > 1)
                {
                    int count = Math.Min(tokens.Length, PrefillTokens);
                    Prefill(tokens[..count], position, cancellationToken);
                    tokens = tokens[count..];
                    position += count;
                }

                if (tokens.Length == 1)
                {
                    Decode(tokens[0], position, cancellationToken);
                }

                Head();
                return _memory.ReadLogits({{plan.Spec.VocabularySize}});
                """);
        }

        writer.Line().Line("""
            protected override void Dispose(bool disposing)
            {
                if (disposing)
                {
                    _memory.Dispose();
                }
            }
            """).Line();
    }

    private static void EmitEmbedding(SourceWriter writer, ModelPlan plan)
    {
        EmbeddingPlan embedding = plan.Embedding;
        int length = plan.Spec.EmbeddingLength;
        writer.Line($"// Row t of x = E[token], {embedding.Format}, and of what depends on its position.");
        using (writer.Method("private void Embed(int token, int position, int t)"))
        {
            writer.Line("State* s = _state;");
            writer.Line($"float* x = {StatementEmitter.Row(plan, "X", "t")};");
            writer.Line($"TKernels.{embedding.Kernel}({EmittedFile.Plus("_weights", embedding.Offset)}, token, x);");
            if (embedding.ScaleKernel is not null)
            {
                writer.Line($"TKernels.{embedding.ScaleKernel}(x, {StatementEmitter.Literal(embedding.Scale)}, {length});");
            }

            if (embedding.Positions is PositionsPlan positions)
            {
                writer.Line($"TKernels.{positions.Kernel}({EmittedFile.Plus("_weights", positions.Offset)}, position, s->{positions.Buffer});");
                writer.Line($"TKernels.{positions.AddKernel}(x, s->{positions.Buffer}, {length});");
            }

            if (embedding.Norm is not null)
            {
                StatementEmitter.EmitNorm(writer, plan, embedding.Norm, "t");
            }

            foreach (RotaryPlan rotary in plan.Rotaries)
            {
                string factors = rotary.FactorsOffset is long offset ? Floats(EmittedFile.Plus("_weights", offset)) : "null";
                string row = StatementEmitter.Row(plan, rotary.Angles, "t");
                writer.Line($"RotaryAngles.Fill{rotary.Pairing}({row}, position, {rotary.Field}, {factors}, {StatementEmitter.Literal(rotary.Magnitude)});");
            }
        }

        writer.Line();
    }

    /// <summary>Decode and Prefill: the same steps, one for a token, one for a batch.</summary>
    private static void EmitPhase(SourceWriter writer, ModelPlan plan, bool isPrefill)
    {
        string phase = isPrefill ? "Prefill" : "Decode";
        string parameter = isPrefill ? "ReadOnlySpan<int> tokens" : "int token";
        writer.Line(isPrefill
            ? "// All tokens of a batch at once: every matrix is read once for all of them."
            : "// One token.");
        using (writer.Method($"private void {phase}({parameter}, int position, CancellationToken cancellationToken)"))
        {
            writer.Line("State* s = _state;");
            writer.Line("s->Position = position;");
            if (isPrefill)
            {
                writer.Line("s->Tokens = tokens.Length;");
                using (writer.Block("for (int t = 0; t < tokens.Length; t++)"))
                {
                    writer.Line("Embed(tokens[t], position + t, t);");
                }
            }
            else
            {
                writer.Line("s->Tokens = 1;");
                writer.Line("Embed(token, position, 0);");
            }

            writer.Line();
            using (writer.Block($"for (int layer = 0; layer < Layers{(isPrefill ? " - 1" : "")}; layer++)"))
            {
                writer.Line("cancellationToken.ThrowIfCancellationRequested();");
                writer.Line("s->Layer = s->Layers + layer;");
                writer.Line("s->LayerKeyValue = s->KeyValue + layer * LayerBytes;");
                if (plan.LayerKinds.Count == 1)
                {
                    writer.Line($"{phase}Layer{(isPrefill ? "(cancellationToken)" : "()")};");
                }
                else
                {
                    using (writer.Block("switch (LayerKinds[layer])"))
                    {
                        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
                        {
                            writer.Line($"case {kind}:");
                            writer.Line($"    {phase}Layer{kind}{(isPrefill ? "(cancellationToken)" : "()")};");
                            writer.Line("    break;");
                        }
                    }
                }
            }

            if (isPrefill)
            {
                writer.Line().Line("""
                    cancellationToken.ThrowIfCancellationRequested();
                    s->Layer = s->Layers + (Layers - 1);
                    s->LayerKeyValue = s->KeyValue + (Layers - 1) * LayerBytes;
                    LastLayer();
                    """);
            }
        }

        writer.Line();
        for (int kind = 0; kind < plan.LayerKinds.Count; kind++)
        {
            string suffix = SuffixOf(plan, kind);
            LayerKind layer = plan.LayerKinds[kind];
            writer.Line($"// {layer.Formats}.");
            if (isPrefill)
            {
                EmitSteps(writer, plan, layer.Steps, $"PrefillLayer{suffix}(CancellationToken cancellationToken)", suffix, isPrefill);
            }
            else
            {
                EmitSteps(writer, plan, BeforeAttention(layer), $"DecodeLayer{suffix}()", suffix, isPrefill, $"DecodeFromAttention{suffix}();");
                EmitSteps(writer, plan, layer.Steps.SkipWhile(step => step is not AttentionStep), $"DecodeFromAttention{suffix}()", suffix, isPrefill);
            }
        }

        if (isPrefill)
        {
            EmitLastLayer(writer, plan);
        }

        if (isPrefill && plan.LayerKinds.Count > 1)
        {
            writer.Line("private static ReadOnlySpan<byte> LayerKinds => new byte[] { " + string.Join(", ", plan.KindOfLayer) + " };").Line();
        }
    }

    private static string SuffixOf(ModelPlan plan, int kind) => plan.LayerKinds.Count == 1 ? "" : kind.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<Step> BeforeAttention(LayerKind layer) => layer.Steps.TakeWhile(step => step is not AttentionStep);

    private static void EmitSteps(
        SourceWriter writer, ModelPlan plan, IEnumerable<Step> steps, string method, string suffix, bool isPrefill, string? next = null)
    {
        using (writer.Method($"private void {method}"))
        {
            writer.Line("State* s = _state;");
            foreach (Step step in steps)
            {
                writer.Line();
                if (isPrefill && step is AttentionStep or HiddenStep)
                {
                    writer.Line("cancellationToken.ThrowIfCancellationRequested();").Line();
                }

                JobEmitter.EmitCall(writer, plan, step, suffix, isPrefill, TokensOfChunk);
            }

            if (next is not null)
            {
                writer.Line().Line(next);
            }
        }

        writer.Line();
    }

    /// <summary>
    /// The last layer of a batch. What comes behind it reads one token's row, so the others leave their keys and values and no more: a
    /// layer's work less, a sixteenth of a model of sixteen layers.
    /// </summary>
    private static void EmitLastLayer(SourceWriter writer, ModelPlan plan)
    {
        int kind = plan.KindOfLayer[plan.KindOfLayer.Count - 1];
        string suffix = SuffixOf(plan, kind);
        AttentionStep attention = plan.LayerKinds[kind].Steps.OfType<AttentionStep>().First();
        writer.Line("// The last layer: all tokens but the last one leave their keys and values and no more. The last one's rows move to the front, and it");
        writer.Line("// goes on as a decoded token does, to the same bits.");
        using (writer.Method("private void LastLayer()"))
        {
            writer.Line("State* s = _state;");
            foreach (Step step in BeforeAttention(plan.LayerKinds[kind]))
            {
                writer.Line();
                JobEmitter.EmitCall(writer, plan, step, suffix, isPrefill: true, TokensOfChunk);
            }

            writer.Line().Line($"""
                int last = s->Tokens - 1;
                s->Tokens = last;
                _workers.Run(&AppendPrefill{suffix}, s, (last + {TokensOfChunk - 1}) / {TokensOfChunk});
                """).Line();
            foreach (string name in attention.Carried)
            {
                int bytes = plan.Buffer(name).RowBytes;
                writer.Line($"Buffer.MemoryCopy({StatementEmitter.Row(plan, name, "last")}, s->{name}, {bytes}, {bytes});");
            }

            writer.Line($"""
                s->Position += last;
                s->Tokens = 1;
                DecodeFromAttention{suffix}();
                """);
        }

        writer.Line();
    }

    private static void EmitHead(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// Logits of the last token, whose x is the first row after Decode and Prefill alike.");
        using (writer.Method("private void Head()"))
        {
            writer.Line("State* s = _state;");
            foreach (Step step in plan.Head)
            {
                writer.Line();
                JobEmitter.EmitCall(writer, plan, step, "", isPrefill: false, TokensOfChunk);
            }

            EmitLogits(writer, plan);
        }

        writer.Line();
    }

    private static void EmitLogits(SourceWriter writer, ModelPlan plan)
    {
        LogitPlan logits = plan.Logits;
        int size = plan.Spec.VocabularySize;
        if (logits.Bias is not null)
        {
            writer.Line($"TKernels.{logits.BiasKernel}(s->Logits, {StatementEmitter.Vector(logits.Bias)}, {size});");
        }

        if (logits.ScaleKernel is not null)
        {
            writer.Line($"TKernels.{logits.ScaleKernel}(s->Logits, {StatementEmitter.Literal(logits.Scale)}, {size});");
        }

        if (logits.SoftCapKernel is not null)
        {
            writer.Line($"TKernels.{logits.SoftCapKernel}(s->Logits, {size});");
        }
    }

    private static void EmitState(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("// What the jobs see: the token or batch at hand, the layer, and the buffers.");
        using (writer.Block("private struct State"))
        {
            writer.Line("""
                public int Position;            // of the batch's first token
                public int Tokens;              // of the batch
                public LayerWeights* Layers;
                public LayerWeights* Layer;     // the current one
                public byte* Weights;           // of the model
                public byte* KeyValue;
                public byte* LayerKeyValue;     // of the current layer
                public float* Logits;           // of the last token; in managed memory that does not move, for callers to see
                """);
            foreach (BufferPlan buffer in plan.Buffers)
            {
                string type = buffer.IsFloat ? "float*" : "byte*";
                string rows = buffer.Rows == 1 ? "1 row" : $"{buffer.Rows} rows";
                writer.Line($"public {type} {buffer.Name};   // {buffer.Meaning}: {rows} of {EmittedFile.Grouped(buffer.RowBytes)} bytes");
            }
        }

        writer.Line();
        writer.Line("// The weights of one layer.");
        using (writer.Block("private struct LayerWeights"))
        {
            foreach (WeightField field in plan.Weights.Fields)
            {
                writer.Line($"public {(field.IsVector ? "float*" : "byte*")} {field.Name};");
            }
        }
    }
}
