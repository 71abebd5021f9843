using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;
using ModelGen.Layout;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes attention. Whatever rows are beside it, a row's arithmetic is in one order: within a range of keys one softmax, then the ranges
/// merged from the first on. What differs is who reads the cache: one row reads the format itself, many rows of one sequence read floats
/// that are made of it once for all of them, to the same bits.
/// </summary>
internal sealed class AttentionEmitter : StepEmitter
{
    public override bool IsLong => true;

    public override void EmitCall(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (AttentionStep)job.Step;
        writer.Line($"""
            // {step.Equation}; ranges that were shared out one by one are then merged
            _workers.Run(&{job.Name}, s, s->Attention{step.Pattern}.ItemCount * {step.Heads.KeyValues});
            _workers.Run(&Merge{job.Name}, s, s->Attention{step.Pattern}.MergeCount);
            """);
    }

    public override void EmitJobs(SourceWriter writer, ModelPlan plan, JobPlan job)
    {
        var step = (AttentionStep)job.Step;
        HeadShape heads = step.Heads;
        writer.Line($"// {step.Equation}: queries of one sequence over some ranges of its keys, for one of {heads.KeyValues} key/value heads");
        using (writer.Method($"private static void {job.Name}(void* state, int chunk)"))
        {
            writer.Line("State* s = (State*)state;");
            writer.Line($"AttentionItem* item = s->Attention{step.Pattern}.Items + chunk / {heads.KeyValues};");
            writer.Line(step.Kernels.ReadsRowsAlone
                ? $$"""
                    if (item->IsOneRow)
                    {
                        {{job.Name}}OfRow(s, item, chunk % {{heads.KeyValues}});
                    }
                    else
                    {
                        {{job.Name}}OfRows(s, item, chunk % {{heads.KeyValues}});
                    }
                    """
                : $"{job.Name}OfRows(s, item, chunk % {heads.KeyValues});");
        }

        writer.Line();
        EmitAdjust(writer, step, job.Name);
        if (step.Kernels.ReadsRowsAlone)
        {
            EmitOneRow(writer, plan, step, job.Name);
        }

        EmitManyRows(writer, plan, step, job.Name);
        EmitMerge(writer, plan, step, job.Name);
    }

    /// <summary>What scores are beside scaled products, a row at a time.</summary>
    private static void EmitAdjust(SourceWriter writer, AttentionStep step, string name)
    {
        if (!step.AdjustsScores)
        {
            return;
        }

        writer.Line("// Scores of one query against neighbouring keys from the first one's position on: bounded, biased by their distance, hidden before the window.");
        string biases = step.DistanceBias is null ? "" : ", float* biases";
        using (writer.Method($"private static void Adjust{name}(float* scores, int first, int count, int position, int head{biases})"))
        {
            if (step.SoftCapKernel is not null)
            {
                writer.Line($"TKernels.{step.SoftCapKernel}(scores, count);");
            }

            if (step.BiasScoresKernel is not null)
            {
                writer.Line($"TKernels.{step.BiasScoresKernel}(scores, count, Slopes[head], first - position);");
            }

            if (step.DistanceBias is DistanceBiasPlan bias)
            {
                writer.Line($"TKernels.{bias.Kernel}(scores, biases + head * {bias.Distances} + {bias.Before} + first - position, count);   // a bias a distance");
            }

            if (step.MaskKernel is not null)
            {
                string begin = step.IsChunked ? $"position / {step.Window} * {step.Window}" : $"position + 1 - {step.Window}";
                writer.Line($"TKernels.{step.MaskKernel}(scores, Math.Clamp({begin} - first, 0, count));");
            }
        }

        writer.Line();
    }

    private static string Biases(AttentionStep step) => step.DistanceBias is null ? "" : $", s->Layer->{WeightLayout.DistanceBias}";

    private static void EmitOneRow(SourceWriter writer, ModelPlan plan, AttentionStep step, string name)
    {
        AttentionKernels kernels = step.Kernels;
        HeadShape heads = step.Heads;
        KeyValueLayout layout = step.Cache.Layout;
        int group = heads.GroupSize;
        int rows = AttentionKernels.PaddedRows(group);
        int stackFloats = rows * (layout.Stride + KeyValueLayout.RangeKeys + 2 * layout.SumFloats);
        string adjust = step.AdjustsScores
            ? $"        Adjust{name}(scores + i * RangeKeys, first, count, row->Position, head * {group} + i{Biases(step)});\n"
            : "";
        writer.Line("""
            // One row: the query heads that share a key/value head. A tile's surplus rows are computed and not looked at.
            [SkipLocalsInit]
            """);
        using (writer.Method($"private static void {name}OfRow(State* s, AttentionItem* item, int head)"))
        {
            writer.Line($$"""
                byte* stack = stackalloc byte[{{stackFloats}} * sizeof(float) + 63];
                float* queries = AlignToCacheLine(stack);
                float* scores = queries + {{rows * layout.Stride}};
                float* totals = scores + {{rows}} * RangeKeys;
                float* others = totals + {{rows * layout.SumFloats}};
                Row* row = s->Rows + item->Row;
                int limit = item->LimitOf(0, row->Position, {{group}});
                float* input = {{Expressions.Row(plan, step.Queries, "item->Row")}} + head * {{group * heads.Dimension}};
                for (int i = 0; i < {{group}}; i++)
                {
                    TKernels.{{kernels.Prepare}}(input + i * {{heads.Dimension}}, queries + i * {{layout.Stride}});
                }

                if (item->IsPartial)
                {
                    totals = s->{{step.Partials}} + item->PartialOf(head) * {{layout.SumFloats}}L;
                }

                for (int range = item->FirstRange; range < item->EndRange; range++)
                {
                    {{CacheExpressions.Page(plan, step.Cache, "(*row)", "range", "page")}}
                    byte* keys = page + head * {{layout.HeadBytes}};
                    byte* values = keys + {{layout.KeyBytes}};
                    int first = range * RangeKeys;
                    int count = Math.Min(limit - first, RangeKeys);
                    float* sums = range == item->FirstRange ? totals : others;
                    for (int i = 0; i < {{group}}; i += TKernels.{{kernels.RowScores}}_Tile)
                    {
                        TKernels.{{kernels.RowScores}}(keys, count, queries + i * {{layout.Stride}}, scores + i * RangeKeys);
                    }

                    for (int i = 0; i < {{group}}; i++)
                    {
                {{adjust}}        TKernels.{{kernels.Softmax}}(scores + i * RangeKeys, values, count, count, sums + i * {{layout.SumFloats}});
                    }

                    for (int i = 0; i < {{group}}; i += TKernels.{{kernels.RowValues}}_Tile)
                    {
                        TKernels.{{kernels.RowValues}}(values, count, scores + i * RangeKeys, sums + i * {{layout.SumFloats}});
                    }

                    for (int i = 0; range > item->FirstRange && i < {{group}}; i++)
                    {
                        TKernels.{{kernels.Merge}}(others + i * {{layout.SumFloats}}, totals + i * {{layout.SumFloats}});
                    }
                }

                for (int i = 0; !item->IsPartial && i < {{group}}; i++)
                {
                {{Sink(step, $"totals + i * {layout.SumFloats}", $"head * {group} + i")}}    TKernels.{{kernels.Finish}}(totals + i * {{layout.SumFloats}}, {{Expressions.Row(plan, step.Output, "item->Row")}} + (head * {{group}} + i) * {{step.OutputPitch}});
                }
                """);
        }

        writer.Line();
    }

    private static void EmitManyRows(SourceWriter writer, ModelPlan plan, AttentionStep step, string name)
    {
        AttentionKernels kernels = step.Kernels;
        HeadShape heads = step.Heads;
        KeyValueLayout layout = step.Cache.Layout;
        int rows = AttentionKernels.ChunkRows(layout);
        int group = heads.GroupSize;
        bool unpacks = kernels.UnpackKeys is not null;
        bool isLatent = kernels.TransposeLatents is not null;

        // Queries, scores of a range, sums of a range, sums so far; a block of floats of keys or values, and of values that are made of such keys.
        int blockFloats = unpacks
            ? KeyValueLayout.BlockKeys * (layout.Stride + System.Math.Max(layout.KeyScaleGroups, layout.ValueScaleGroups))
            : 0;
        int latentFloats = isLatent ? KeyValueLayout.BlockKeys * layout.ValueStride : 0;
        int stackFloats = rows * (layout.Stride + KeyValueLayout.RangeKeys + 2 * layout.SumFloats) + blockFloats + latentFloats;
        string adjust = step.AdjustsScores
            ? $"            Adjust{name}(scores + i * RangeKeys, first, Math.Min(seen, RangeKeys), position + (item->Query + i) / {group}, head * {group} + (item->Query + i) % {group}{Biases(step)});\n"
            : "";
        writer.Line($$"""
            // Rows of one sequence, {{rows}} queries at most: query n is query head n % {{group}} of the head's group, of row n / {{group}} behind the item's first,
            // and sees the keys up to that row's.
            [SkipLocalsInit]
            """);
        using (writer.Method($"private static void {name}OfRows(State* s, AttentionItem* item, int head)"))
        {
            writer.Line($$"""
                byte* stack = stackalloc byte[{{stackFloats}} * sizeof(float) + 63];
                float* queries = AlignToCacheLine(stack);
                float* scores = queries + {{rows * layout.Stride}};
                float* totals = scores + {{rows}} * RangeKeys;
                float* others = totals + {{rows * layout.SumFloats}};
                """);
            if (isLatent)
            {
                writer.Line($"float* latents = others + {rows * layout.SumFloats};");
            }

            if (unpacks)
            {
                writer.Line($"float* floats = others + {rows * layout.SumFloats + latentFloats};");
            }

            writer.Line($$"""
                int count = item->Queries;
                int position = s->Rows[item->Row].Position;
                for (int i = 0; i < count; i++)
                {
                    int row = item->Row + (item->Query + i) / {{group}};
                    int column = (head * {{group}} + (item->Query + i) % {{group}}) * {{heads.Dimension}};
                    TKernels.{{kernels.Prepare}}({{Expressions.Row(plan, step.Queries, "row")}} + column, queries + i * {{layout.Stride}});
                }

                if (item->IsPartial)
                {
                    totals = s->{{step.Partials}} + item->PartialOf(head) * {{layout.SumFloats}}L;
                }

                int longest = item->LimitOf(count - 1, position, {{group}});
                for (int range = item->FirstRange; range < item->EndRange; range++)
                {
                    {{CacheExpressions.Page(plan, step.Cache, "s->Rows[item->Row]", "range", "page")}}
                    byte* keys = page + head * {{layout.HeadBytes}};
                    byte* values = keys + {{layout.KeyBytes}};
                    float* sums = range == item->FirstRange ? totals : others;
                    int first = range * RangeKeys;
                    int end = Math.Min(longest - first, RangeKeys);
                    for (int block = 0; block < end; block += BlockKeys)
                    {
                """);
            EmitBlock(writer, kernels.UnpackKeys, "keys", "Keys", layout.KeyBlockBytes, layout.Stride / layout.Parts);
            writer.Line($$"""
                        for (int i = 0; i < count; i += TKernels.{{kernels.TileScores}}_Tile)
                        {
                            int seen = item->LimitOf(Math.Min(i + TKernels.{{kernels.TileScores}}_Tile, count) - 1, position, {{group}}) - first - block;
                            if (seen > 0)
                            {
                                TKernels.{{kernels.TileScores}}({{(unpacks ? "(byte*)floats" : "blockKeys")}}, Math.Min(seen, BlockKeys), queries + i * {{layout.Stride}}, scores + i * RangeKeys + block);
                            }
                        }
                    }

                    for (int i = 0; i < count; i++)
                    {
                        // A tile reads its rows' weights up to its last row's limit.
                        int seen = item->LimitOf(i, position, {{group}}) - first;
                        int tileEnd = i / TKernels.{{kernels.TileValues}}_Tile * TKernels.{{kernels.TileValues}}_Tile + TKernels.{{kernels.TileValues}}_Tile;
                        int tileSeen = item->LimitOf(Math.Min(tileEnd, count) - 1, position, {{group}}) - first;
                        if (seen > 0)
                        {
                {{adjust}}            TKernels.{{kernels.Softmax}}(scores + i * RangeKeys, values, Math.Min(seen, RangeKeys), Math.Min(tileSeen, RangeKeys), sums + i * {{layout.SumFloats}});
                        }
                    }

                    for (int block = 0; block < end; block += BlockKeys)
                    {
                """);
            string blockValues = unpacks ? "(byte*)floats" : "blockValues";
            if (isLatent)
            {
                // The values of a block are the begin of its keys.
                EmitBlock(writer, kernels.UnpackKeys, "keys", "Keys", layout.KeyBlockBytes, layout.Stride / layout.Parts);
                writer.Line($"        TKernels.{kernels.TransposeLatents}({(unpacks ? "floats" : "(float*)blockKeys")}, Math.Min(end - block, BlockKeys), latents);");
                blockValues = "(byte*)latents";
            }
            else
            {
                EmitBlock(writer, kernels.UnpackValues, "values", "Values", layout.ValueBlockBytes, KeyValueLayout.BlockKeys);
            }

            writer.Line($$"""
                        for (int i = 0; i < count; i += TKernels.{{kernels.TileValues}}_Tile)
                        {
                            int seen = item->LimitOf(Math.Min(i + TKernels.{{kernels.TileValues}}_Tile, count) - 1, position, {{group}}) - first - block;
                            if (seen > 0)
                            {
                                TKernels.{{kernels.TileValues}}({{blockValues}}, Math.Min(seen, BlockKeys), scores + i * RangeKeys + block, sums + i * {{layout.SumFloats}});
                            }
                        }
                    }

                    for (int i = 0; range > item->FirstRange && i < count; i++)
                    {
                        if (item->LimitOf(i, position, {{group}}) > first)
                        {
                            TKernels.{{kernels.Merge}}(others + i * {{layout.SumFloats}}, totals + i * {{layout.SumFloats}});
                        }
                    }
                }

                for (int i = 0; !item->IsPartial && i < count; i++)
                {
                    int row = item->Row + (item->Query + i) / {{group}};
                    int column = (head * {{group}} + (item->Query + i) % {{group}}) * {{step.OutputPitch}};
                {{Sink(step, $"totals + i * {layout.SumFloats}", $"head * {group} + (item->Query + i) % {group}")}}    TKernels.{{kernels.Finish}}(totals + i * {{layout.SumFloats}}, {{Expressions.Row(plan, step.Output, "row")}} + column);
                }
                """);
        }

        writer.Line();
    }

    /// <summary>The line that adds a head's own score to a row's sums; nothing where it has none.</summary>
    private static string Sink(AttentionStep step, string total, string head) =>
        step.SinkKernel is null ? "" : $"    TKernels.{step.SinkKernel}({total}, s->Layer->AttentionSinks[{head}]);\n";

    /// <summary>A block of the format, or what an unpack kernel makes of it.</summary>
    private static void EmitBlock(SourceWriter writer, string? unpack, string pointer, string name, int bytes, int rows) => writer.Line(unpack is null
        ? $"        byte* block{name} = {pointer} + block / BlockKeys * {bytes};"
        : $"        TKernels.{unpack}({pointer} + block / BlockKeys * {bytes}, {rows}, floats);");

    private static void EmitMerge(SourceWriter writer, ModelPlan plan, AttentionStep step, string name)
    {
        HeadShape heads = step.Heads;
        int sumFloats = step.Cache.Layout.SumFloats;
        int group = heads.GroupSize;
        writer.Line("// Ranges that were shared out one by one, merged in their order into the first one's sums, and divided by the sum of the weights.");
        using (writer.Method($"private static void Merge{name}(void* state, int chunk)"))
        {
            writer.Line($$"""
                State* s = (State*)state;
                AttentionMerge* merge = s->Attention{{step.Pattern}}.Merges + chunk;
                for (int i = 0; i < {{heads.KeyValues}} * merge->Queries; i++)
                {
                    int head = i / merge->Queries;
                    int query = merge->Query + i % merge->Queries;
                    float* total = s->{{step.Partials}} + merge->PartialOf(head, i % merge->Queries) * {{sumFloats}}L;
                    int limit = merge->LimitOf(query, s->Rows[merge->Row].Position, {{group}});
                    for (int range = 1; range < merge->Ranges && limit > (merge->FirstRange + range) * RangeKeys; range++)
                    {
                        TKernels.{{step.Kernels.Merge}}(total + range * (merge->RowsOfRange * {{sumFloats}}L), total);
                    }

                    int column = (head * {{group}} + query % {{group}}) * {{step.OutputPitch}};
                {{Sink(step, "total", $"head * {group} + query % {group}")}}    TKernels.{{step.Kernels.Finish}}(total, {{Expressions.Row(plan, step.Output, $"(merge->Row + query / {group})")}} + column);
                }
                """);
        }

        writer.Line();
    }
}
