using System;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes the attention step. Both phases do a row's arithmetic in one order: within a range of keys one softmax, then the ranges merged
/// from the first on.
/// </summary>
internal static class AttentionEmitter
{
    /// <summary>Constants of the key/value buffers, in the class of the forward pass.</summary>
    public static void EmitConstants(SourceWriter writer, ModelPlan plan)
    {
        KeyValuePlan keyValue = plan.KeyValue;
        writer.Line($"""
            // Bytes of the key/value buffers ({keyValue.Format}): of each head a range of 256 positions after the other, its keys, then its values, both in
            // blocks of 64 positions.
            private const int KeyRangeBytes = {keyValue.KeyRangeBytes};
            private const long RangeBytes = {keyValue.RangeBytes};
            private const long HeadBytes = {keyValue.HeadBytes};
            private const long LayerBytes = {keyValue.LayerBytes};
            private const int KeyBlockBytes = {keyValue.KeyBlockBytes};
            private const int ValueBlockBytes = {keyValue.ValueBlockBytes};

            // Attention: a softmax runs over a range of keys, and ranges are merged in their order.
            private const int BlockKeys = {KeyValuePlan.BlockKeys};
            private const int RangeKeys = {KeyValuePlan.RangeKeys};
            private const int KeyStride = {keyValue.Stride};            // floats of a query as the kernels read it, and of a row's sums
            private const int SumFloats = {keyValue.SumFloats};            // sums of a row, its largest score, its sum of weights, padding
            private const int PartialFloats = {keyValue.SumFloats * AttentionKernels.PartialRows(plan.Spec.GroupSize)};       // sums of a group of heads
            """).Line();
    }

    /// <summary>The call in the layer's method.</summary>
    public static void EmitCall(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix, bool isPrefill, int tokensOfChunk)
    {
        if (isPrefill)
        {
            int rows = AttentionKernels.ChunkRows(plan.KeyValue);
            writer.Line("// turn queries and keys by their positions, append keys and values");
            writer.Line($"_workers.Run(&AppendPrefill{suffix}, s, (s->Tokens + {tokensOfChunk - 1}) / {tokensOfChunk});").Line();
            writer.Line($"// attended = softmax(q·K / √d) · V, each token up to itself; a chunk is {rows} query rows of one key/value head at most");
            writer.Line($"_workers.Run(&AttentionPrefill{suffix}, s, KeyValueHeads * ((s->Tokens * GroupSize + {rows - 1}) / {rows}));");
        }
        else
        {
            writer.Line("// turn query and key by the position, append key and value");
            writer.Line($"AppendToken{suffix}(s, 0);").Line();
            writer.Line("// attended = softmax(q·K / √d) · V: a chunk a range of keys of one key/value head, then all ranges merged");
            writer.Line($"int ranges = (s->Position + RangeKeys) / RangeKeys{(step.Window == 0 ? "" : $" - {FirstRange(step, "s->Position")}")};");
            writer.Line($"_workers.Run(&AttentionDecode{suffix}, s, KeyValueHeads * ranges);");
            writer.Line($"MergeDecode{suffix}(s, ranges);");
        }
    }

    /// <summary>The jobs of both phases.</summary>
    public static void EmitJobs(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix, int tokensOfChunk)
    {
        EmitAppend(writer, plan, step, suffix);
        writer.Line("// queries and keys turned, keys and values appended, of a chunk's tokens");
        using (writer.Method($"private static void AppendPrefill{suffix}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"int end = Math.Min((chunk + 1) * {tokensOfChunk}, s->Tokens);");
            using (writer.Block($"for (int t = chunk * {tokensOfChunk}; t < end; t++)"))
            {
                writer.Line($"AppendToken{suffix}(s, t);");
            }
        }

        writer.Line();
        EmitAdjust(writer, step, suffix);
        EmitDecode(writer, plan, step, suffix);
        EmitPrefill(writer, plan, step, suffix);
    }

    private static void EmitAppend(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix)
    {
        AttentionKernels kernels = step.Kernels;
        writer.Line("// A token's queries and keys turned by its position; the queries as attention reads them, those of one key/value head together.");
        using (writer.Method($"private static void AppendToken{suffix}(State* s, int token)"))
        {
            writer.Line($"float* queries = {StatementEmitter.Row(plan, step.Input, "token")};");
            writer.Line($"float* keys = queries + {step.KeyColumn};");
            writer.Line($"float* values = queries + {step.ValueColumn};");
            EmitBias(writer, step, "QueryBias", "queries", "KeyValueHeads * GroupSize * HeadDimension");
            EmitBias(writer, step, "KeyBias", "keys", "KeyValueHeads * HeadDimension");
            EmitBias(writer, step, "ValueBias", "values", "KeyValueHeads * HeadDimension");
            if (step.ClampKernel is not null)
            {
                writer.Line($"TKernels.{step.ClampKernel}(queries, KeyValueHeads * GroupSize * HeadDimension);");
                writer.Line($"TKernels.{step.ClampKernel}(keys, KeyValueHeads * HeadDimension);");
                writer.Line($"TKernels.{step.ClampKernel}(values, KeyValueHeads * HeadDimension);");
            }

            EmitHeadNorms(writer, step, afterRotation: false);
            if (step.RopeKernel is not null)
            {
                writer.Line($"float* angles = {StatementEmitter.Row(plan, step.Angles!, "token")};");
                writer.Line($"TKernels.{step.RopeKernel}(queries, KeyValueHeads * GroupSize, angles);");
                writer.Line($"TKernels.{step.RopeKernel}(keys, KeyValueHeads, angles);");
            }

            EmitHeadNorms(writer, step, afterRotation: true);
            writer.Line("int position = s->Position + token;");
            if (step.Temperature is TemperaturePlan temperature)
            {
                string offset = temperature.Offset == 0 ? "position" : $"(position + {StatementEmitter.Literal(temperature.Offset)})";
                writer.Line($"float periods = MathF.Floor({offset} / {StatementEmitter.Literal(temperature.Interval)});");
                writer.Line($"float temperature = 1f + {StatementEmitter.Literal(temperature.Scale)} * MathF.Log(1f + periods);");
                writer.Line($"TKernels.{temperature.Kernel}(queries, temperature, KeyValueHeads * GroupSize * HeadDimension);");
            }

            using (writer.Block("for (int head = 0; head < KeyValueHeads; head++)"))
            {
                writer.Line("float* prepared = s->Queries + (nint)(head * s->Tokens + token) * (GroupSize * KeyStride);");
                using (writer.Block("for (int row = 0; row < GroupSize; row++)"))
                {
                    writer.Line($"TKernels.{kernels.Prepare}(queries + (head * GroupSize + row) * HeadDimension, prepared + row * KeyStride);");
                }

                writer.Line();
                writer.Line($"""
                    byte* range = s->LayerKeyValue + head * HeadBytes + position / RangeKeys * RangeBytes;
                    TKernels.{kernels.Append}(keys + head * HeadDimension, values + head * HeadDimension, range, range + KeyRangeBytes, position % RangeKeys);
                    """);
            }
        }

        writer.Line();
    }

    private static void EmitBias(SourceWriter writer, AttentionStep step, string field, string vector, string length)
    {
        if (step.HasVector(field))
        {
            writer.Line($"TKernels.{step.BiasKernel}({vector}, s->Layer->{field}, {length});");
        }
    }

    private static void EmitHeadNorms(SourceWriter writer, AttentionStep step, bool afterRotation)
    {
        if (step.HeadNorm is HeadNormPlan norms && norms.AfterRotation == afterRotation)
        {
            EmitHeadNorm(writer, step, norms, norms.QueryKernel, "QueryNorm", "queries", "KeyValueHeads * GroupSize");
            EmitHeadNorm(writer, step, norms, norms.KeyKernel, "KeyNorm", "keys", "KeyValueHeads");
        }
    }

    private static void EmitHeadNorm(
        SourceWriter writer, AttentionStep step, HeadNormPlan norms, string kernel, string name, string heads, string count)
    {
        if (norms.Extent == HeadNormExtent.AllHeads)
        {
            writer.Line($"TKernels.{kernel}({heads}, {Vectors("")}, {heads});");
            return;
        }

        using (writer.Block($"for (int head = 0; head < {count}; head++)"))
        {
            string own = norms.Extent == HeadNormExtent.OwnHead ? " + head * HeadDimension" : "";
            writer.Line($"TKernels.{kernel}({heads} + head * HeadDimension, {Vectors(own)}, {heads} + head * HeadDimension);");
        }

        writer.Line();

        string Vectors(string own) => norms.TakesBias ? $"{VectorOf(name, own)}, {VectorOf(name + "Bias", own)}" : VectorOf(name, own);

        string VectorOf(string field, string own) => step.HasVector(field) ? $"s->Layer->{field}{own}" : "null";
    }

    /// <summary>What scores are beside scaled products, a row at a time; the same code in both phases.</summary>
    private static void EmitAdjust(SourceWriter writer, AttentionStep step, string suffix)
    {
        if (!step.AdjustsScores)
        {
            return;
        }

        writer.Line("// Scores of one query against neighbouring keys from the first one's position on: bounded, biased by their distance, hidden before the window.");
        using (writer.Method($"private static void AdjustScores{suffix}(float* scores, int first, int count, int position, int head)"))
        {
            if (step.SoftCapKernel is not null)
            {
                writer.Line($"TKernels.{step.SoftCapKernel}(scores, count);");
            }

            if (step.BiasScoresKernel is not null)
            {
                writer.Line($"TKernels.{step.BiasScoresKernel}(scores, count, Slopes[head], first - position);");
            }

            if (step.MaskKernel is not null)
            {
                writer.Line($"TKernels.{step.MaskKernel}(scores, Math.Clamp(position + 1 - {step.Window} - first, 0, count));");
            }
        }

        writer.Line();
    }

    private static void EmitDecode(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix)
    {
        AttentionKernels kernels = step.Kernels;
        int rows = AttentionKernels.PartialRows(plan.Spec.GroupSize);
        string firstRange = step.Window == 0 ? "chunk / KeyValueHeads" : $"({FirstRange(step, "s->Position")} + chunk / KeyValueHeads)";
        string adjust = step.AdjustsScores
            ? $"    AdjustScores{suffix}(scores + row * RangeKeys, first, count, s->Position, head * GroupSize + row);\n"
            : "";
        writer.Line("""
            // A range of keys of one key/value head, and the query heads that share it; a tile's surplus rows are computed and not looked at.
            [SkipLocalsInit]
            """);
        using (writer.Method($"private static void AttentionDecode{suffix}(void* state, int chunk)"))
        {
            writer.Line($$"""
                State* s = (State*)state;
                byte* stack = stackalloc byte[{{rows}} * RangeKeys * sizeof(float) + 63];
                float* scores = AlignToCacheLine(stack);
                int head = chunk % KeyValueHeads;
                int first = {{firstRange}} * RangeKeys;
                int count = Math.Min(s->Position + 1 - first, RangeKeys);
                byte* keys = s->LayerKeyValue + head * HeadBytes + first / RangeKeys * RangeBytes;
                byte* values = keys + KeyRangeBytes;
                float* queries = s->Queries + head * (GroupSize * KeyStride);
                float* sums = s->Partials + (nint)chunk * PartialFloats;
                for (int row = 0; row < GroupSize; row += TKernels.{{kernels.DecodeScores}}_Tile)
                {
                    TKernels.{{kernels.DecodeScores}}(keys, count, queries + row * KeyStride, scores + row * RangeKeys);
                }

                for (int row = 0; row < GroupSize; row++)
                {
                {{adjust}}    TKernels.{{kernels.Softmax}}(scores + row * RangeKeys, values, count, count, sums + row * SumFloats);
                }

                for (int row = 0; row < GroupSize; row += TKernels.{{kernels.DecodeValues}}_Tile)
                {
                    TKernels.{{kernels.DecodeValues}}(values, count, scores + row * RangeKeys, sums + row * SumFloats);
                }
                """);
        }

        writer.Line().Line("// The ranges of each head merged into the first one's sums, and divided by the sum of the weights.");
        using (writer.Method($"private static void MergeDecode{suffix}(State* s, int ranges)"))
        {
            writer.Line($$"""
                for (int head = 0; head < KeyValueHeads * GroupSize; head++)
                {
                    float* total = s->Partials + head / GroupSize * PartialFloats + head % GroupSize * SumFloats;
                    for (int range = 1; range < ranges; range++)
                    {
                        TKernels.{{kernels.Merge}}(total + (nint)range * (KeyValueHeads * PartialFloats), total);
                    }

                    TKernels.{{kernels.Finish}}(total, s->{{step.Output}} + head * HeadDimension);
                }
                """);
        }

        writer.Line();
    }

    private static void EmitPrefill(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix)
    {
        writer.Line($$"""
            // {{AttentionKernels.ChunkRows(plan.KeyValue)}} query rows of one key/value head at most. Row n is query head n % GroupSize of the head's group, of token n / GroupSize, and sees the
            // keys up to its token's. Later rows see more keys: the longest go first, so that no thread ends with one.
            [SkipLocalsInit]
            """);
        using (writer.Method($"private static void AttentionPrefill{suffix}(void* state, int chunk)"))
        {
            EmitPrefillRows(writer, plan, step, suffix);
        }

        writer.Line();
    }

    private static void EmitPrefillRows(SourceWriter writer, ModelPlan plan, AttentionStep step, string suffix)
    {
        AttentionKernels kernels = step.Kernels;
        KeyValuePlan keyValue = plan.KeyValue;
        int rows = AttentionKernels.ChunkRows(keyValue);
        bool unpacks = kernels.UnpackKeys is not null;

        // Scores of a range, sums of a range, sums so far; a block of floats of keys or values.
        int blockFloats = unpacks ? KeyValuePlan.BlockKeys * (keyValue.Stride + Math.Max(keyValue.KeyScaleGroups, keyValue.ValueScaleGroups)) : 0;
        string begin = step.Window == 0 ? "0" : FirstRange(step, "(LimitOf(s, firstRow) - 1)") + " * RangeKeys";
        string adjust = step.AdjustsScores
            ? $"            AdjustScores{suffix}(scores + row * RangeKeys, first, Math.Min(seen, RangeKeys), LimitOf(s, firstRow + row) - 1, head * GroupSize + (firstRow + row) % GroupSize);\n"
            : "";
        int stackFloats = rows * (KeyValuePlan.RangeKeys + 2 * keyValue.SumFloats) + blockFloats;
        writer.Line($$"""
            State* s = (State*)state;
            byte* stack = stackalloc byte[{{stackFloats}} * sizeof(float) + 63];
            float* scores = AlignToCacheLine(stack);
            float* totals = scores + {{rows}} * RangeKeys;
            float* others = totals + {{rows}} * SumFloats;
            """);
        if (unpacks)
        {
            writer.Line($"float* floats = others + {rows} * SumFloats;");
        }

        writer.Line($$"""
            int head = chunk % KeyValueHeads;
            int firstRow = ((s->Tokens * GroupSize + {{rows - 1}}) / {{rows}} - 1 - chunk / KeyValueHeads) * {{rows}};
            int rows = Math.Min(s->Tokens * GroupSize - firstRow, {{rows}});
            float* queries = s->Queries + (nint)(head * s->Tokens * GroupSize + firstRow) * KeyStride;
            int longest = LimitOf(s, firstRow + rows - 1);
            int begin = {{begin}};
            for (int first = begin; first < longest; first += RangeKeys)
            {
                byte* keys = s->LayerKeyValue + head * HeadBytes + first / RangeKeys * RangeBytes;
                byte* values = keys + KeyRangeBytes;
                float* sums = first == begin ? totals : others;
                int count = Math.Min(longest - first, RangeKeys);
                for (int block = 0; block < count; block += BlockKeys)
                {
            """);
        EmitBlock(writer, kernels.UnpackKeys, "keys", "Key", keyValue.Stride / keyValue.Parts);
        writer.Line($$"""
                    for (int row = 0; row < rows; row += TKernels.{{kernels.PrefillScores}}_Tile)
                    {
                        int seen = LimitOf(s, firstRow + Math.Min(row + TKernels.{{kernels.PrefillScores}}_Tile, rows) - 1) - first - block;
                        if (seen > 0)
                        {
                            TKernels.{{kernels.PrefillScores}}({{(unpacks ? "(byte*)floats" : "blockKeys")}}, Math.Min(seen, BlockKeys), queries + row * KeyStride, scores + row * RangeKeys + block);
                        }
                    }
                }

                for (int row = 0; row < rows; row++)
                {
                    // A tile reads its rows' weights up to its last row's limit.
                    int seen = LimitOf(s, firstRow + row) - first;
                    int tileEnd = row / TKernels.{{kernels.PrefillValues}}_Tile * TKernels.{{kernels.PrefillValues}}_Tile + TKernels.{{kernels.PrefillValues}}_Tile;
                    int tileSeen = LimitOf(s, firstRow + Math.Min(tileEnd, rows) - 1) - first;
                    if (seen > 0)
                    {
            {{adjust}}            TKernels.{{kernels.Softmax}}(scores + row * RangeKeys, values, Math.Min(seen, RangeKeys), Math.Min(tileSeen, RangeKeys), sums + row * SumFloats);
                    }
                }

                for (int block = 0; block < count; block += BlockKeys)
                {
            """);
        EmitBlock(writer, kernels.UnpackValues, "values", "Value", KeyValuePlan.BlockKeys);
        writer.Line($$"""
                    for (int row = 0; row < rows; row += TKernels.{{kernels.PrefillValues}}_Tile)
                    {
                        int seen = LimitOf(s, firstRow + Math.Min(row + TKernels.{{kernels.PrefillValues}}_Tile, rows) - 1) - first - block;
                        if (seen > 0)
                        {
                            TKernels.{{kernels.PrefillValues}}({{(unpacks ? "(byte*)floats" : "blockValues")}}, Math.Min(seen, BlockKeys), scores + row * RangeKeys + block, sums + row * SumFloats);
                        }
                    }
                }

                for (int row = 0; first > begin && row < rows; row++)
                {
                    if (LimitOf(s, firstRow + row) > first)
                    {
                        TKernels.{{kernels.Merge}}(others + row * SumFloats, totals + row * SumFloats);
                    }
                }
            }

            for (int row = 0; row < rows; row++)
            {
                int token = (firstRow + row) / GroupSize;
                int column = (head * GroupSize + (firstRow + row) % GroupSize) * HeadDimension;
                TKernels.{{kernels.Finish}}(totals + row * SumFloats, {{StatementEmitter.Row(plan, step.Output, "token")}} + column);
            }
            """);
    }

    /// <summary>First range of keys in which a query at a position sees one.</summary>
    private static string FirstRange(AttentionStep step, string position) => $"Math.Max({position} + 1 - {step.Window}, 0) / RangeKeys";

    /// <summary>A block of the format, or what an unpack kernel makes of it.</summary>
    private static void EmitBlock(SourceWriter writer, string? unpack, string pointer, string name, int rows) => writer.Line(unpack is null
        ? $"        byte* block{name}s = {pointer} + block / BlockKeys * {name}BlockBytes;"
        : $"        TKernels.{unpack}({pointer} + block / BlockKeys * {name}BlockBytes, {rows}, floats);");

    /// <summary>What the jobs of all layers share.</summary>
    public static void EmitHelpers(SourceWriter writer) => writer.Line("""
        // Keys that a query row of a batch sees.
        private static int LimitOf(State* s, int row) => unchecked(s->Position + row / GroupSize + 1);

        private static float* AlignToCacheLine(byte* memory) => unchecked((float*)(((nint)memory + 63) & ~63));
        """).Line();
}
