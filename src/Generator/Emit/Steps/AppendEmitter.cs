using ModelGen.Architectures;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>Writes how queries, keys and values become those of their position, and how keys and values get into the sequence's pages.</summary>
internal sealed class AppendEmitter : RowStepEmitter<AppendStep>
{
    public override bool IsLong => true;

    protected override void EmitRow(SourceWriter writer, ModelPlan plan, AppendStep step)
    {
        HeadShape heads = step.Projections.Heads;
        bool appends = step.Kernel is not null && !AppendsByHead(plan);
        if (appends || step.Temperature is not null)
        {
            writer.Line("int position = s->Rows[row].Position;");
        }

        writer.Line($"""
            float* queries = {Expressions.Row(plan, step.Projections.Buffer, "row")};   // {heads.Queries} heads of {heads.Dimension}
            """);
        if (step.Kernel is not null)
        {
            writer.Line($"""
                float* keys = queries + {step.Projections.KeyColumn};   // {heads.KeyValues} heads
                float* values = queries + {step.Projections.ValueColumn};
                """);
        }

        EmitBias(writer, step, "QueryBias", "queries", heads.QueryLength);
        EmitBias(writer, step, "KeyBias", "keys", heads.KeyValueLength);
        EmitBias(writer, step, "ValueBias", "values", heads.KeyValueLength);
        if (step.ClampKernel is not null)
        {
            writer.Line($"TKernels.{step.ClampKernel}(queries, {heads.QueryLength});");
            if (step.Kernel is not null)
            {
                writer.Line($"TKernels.{step.ClampKernel}(keys, {heads.KeyValueLength});");
                writer.Line($"TKernels.{step.ClampKernel}(values, {heads.KeyValueLength});");
            }
        }

        EmitValues(writer, step);
        EmitHeadNorms(writer, step, afterRotation: false);
        if (step.RopeKernel is not null)
        {
            writer.Line($"float* angles = {Expressions.Row(plan, step.Angles!, "row")};");
            writer.Line($"TKernels.{step.RopeKernel}(queries, {heads.Queries}, angles);");
            if (step.Kernel is not null)
            {
                writer.Line($"TKernels.{step.RopeKernel}(keys, {heads.KeyValues}, angles);");
            }
        }

        EmitHeadNorms(writer, step, afterRotation: true);
        TemperatureExpressions.Emit(writer, step.Temperature, "queries", heads.QueryLength);
        if (appends)
        {
            writer.Line(CacheExpressions.Page(plan, step.Cache, "s->Rows[row]", "position / RangeKeys", "page"));
            using (writer.Block($"for (int head = 0; head < {heads.KeyValues}; head++)"))
            {
                EmitAppend(writer, step);
            }
        }
    }

    protected override void EmitBehindRows(SourceWriter writer, ModelPlan plan, AppendStep step)
    {
        if (step.Kernel is null || !AppendsByHead(plan))
        {
            return;
        }

        ProjectionsPlan projections = step.Projections;
        writer.Line();
        writer.Line("// A head's keys of neighbouring positions lie in the same cache lines, which other heads' keys would push out.");
        using (writer.Block($"for (int head = 0; head < {projections.Heads.KeyValues}; head++)"))
        using (writer.Block($"for (int row = chunk * {RowsOfChunk}; row < end; row++)"))
        {
            writer.Line($"""
                int position = s->Rows[row].Position;
                float* keys = {Expressions.Row(plan, projections.Buffer, "row")} + {projections.KeyColumn};
                float* values = keys + {projections.ValueColumn - projections.KeyColumn};
                """);
            writer.Line(CacheExpressions.Page(plan, step.Cache, "s->Rows[row]", "position / RangeKeys", "page"));
            EmitAppend(writer, step);
        }
    }

    /// <summary>
    /// Whether keys and values are put into the pages head by head, and not row by row: an encoder's rows are texts, position by position. A
    /// decoder's are most often one a sequence, which have nothing in common.
    /// </summary>
    private static bool AppendsByHead(ModelPlan plan) => plan.Spec.Encoder is not null;

    private static void EmitAppend(SourceWriter writer, AppendStep step)
    {
        KeyValueLayout layout = step.Cache.Layout;
        int dimension = step.Projections.Heads.Dimension;
        writer.Line($"byte* cache = page + head * {layout.HeadBytes};   // keys of a head, behind them its values");
        writer.Line(
            $"TKernels.{step.Kernel}(keys + head * {dimension}, values + head * {dimension}, cache, cache + {layout.KeyBytes}, position % RangeKeys);");
    }

    /// <summary>Values that are copies of the keys, and the norm of each value head.</summary>
    private static void EmitValues(SourceWriter writer, AppendStep step)
    {
        HeadShape heads = step.Projections.Heads;
        if (step.Projections.TakesKeysForValues)
        {
            int bytes = heads.KeyValueLength * sizeof(float);
            writer.Line($"Buffer.MemoryCopy(keys, values, {bytes}, {bytes});   // the values are the keys before their norm");
        }

        if (step.ValueNormKernel is not null)
        {
            using (writer.Block($"for (int head = 0; head < {heads.KeyValues}; head++)"))
            {
                string head = $"values + head * {heads.Dimension}";
                writer.Line($"TKernels.{step.ValueNormKernel}({head}, null, {head});");
            }

            writer.Line();
        }
    }

    private static void EmitBias(SourceWriter writer, AppendStep step, string field, string vector, int length)
    {
        if (step.HasVector(field))
        {
            writer.Line($"TKernels.{step.BiasKernel}({vector}, s->Layer->{field}, {length});");
        }
    }

    private static void EmitHeadNorms(SourceWriter writer, AppendStep step, bool afterRotation)
    {
        if (step.HeadNorm is HeadNormPlan norms && norms.AfterRotation == afterRotation)
        {
            HeadShape heads = step.Projections.Heads;
            EmitHeadNorm(writer, step, norms, norms.QueryKernel, "QueryNorm", "queries", heads.Queries);
            if (norms.KeyKernel is not null)
            {
                EmitHeadNorm(writer, step, norms, norms.KeyKernel, "KeyNorm", "keys", heads.KeyValues);
            }
        }
    }

    private static void EmitHeadNorm(
        SourceWriter writer, AppendStep step, HeadNormPlan norms, string kernel, string name, string heads, int count)
    {
        int dimension = step.Projections.Heads.Dimension;
        if (norms.Extent == HeadNormExtent.AllHeads)
        {
            writer.Line($"TKernels.{kernel}({heads}, {Vectors("")}, {heads});");
            return;
        }

        using (writer.Block($"for (int head = 0; head < {count}; head++)"))
        {
            string own = norms.Extent == HeadNormExtent.OwnHead ? $" + head * {dimension}" : "";
            writer.Line($"TKernels.{kernel}({heads} + head * {dimension}, {Vectors(own)}, {heads} + head * {dimension});");
        }

        writer.Line();

        string Vectors(string own) => norms.TakesBias ? $"{VectorOf(name, own)}, {VectorOf(name + "Bias", own)}" : VectorOf(name, own);

        string VectorOf(string field, string own) => step.HasVector(field) ? $"s->Layer->{field}{own}" : "null";
    }
}

/// <summary>How queries grow with their position.</summary>
internal static class TemperatureExpressions
{
    /// <summary>Multiplies queries, where they grow, with the factor of <c>position</c>.</summary>
    public static void Emit(SourceWriter writer, TemperaturePlan? temperature, string queries, int length)
    {
        if (temperature is null)
        {
            return;
        }

        string offset = temperature.Offset == 0 ? "position" : $"(position + {Expressions.Literal(temperature.Offset)})";
        writer.Line($"float periods = MathF.Floor({offset} / {Expressions.Literal(temperature.Interval)});");
        writer.Line($"float temperature = 1f + {Expressions.Literal(temperature.Scale)} * MathF.Log(1f + periods);");
        writer.Line($"TKernels.{temperature.Kernel}({queries}, temperature, {length});");
    }
}

/// <summary>Where keys and values are found.</summary>
internal static class CacheExpressions
{
    /// <summary>Declares the first byte of a layer's keys and values in a page of a row's sequence.</summary>
    public static string Page(ModelPlan plan, CachePlan cache, string row, string range, string name)
    {
        int entry = cache.IsOfSource ? plan.State.SourceEntry : cache.State * plan.State.Pages;
        string table = entry == 0 ? "" : $"{entry} + ";
        return $"byte* {name} = {row}.Pages[{table}{range}] + s->Layer->{cache.Field};";
    }
}
