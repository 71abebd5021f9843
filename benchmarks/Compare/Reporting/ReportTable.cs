using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ModelGen.Compare.Building;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare.Reporting;

/// <summary>The table of a report, as plain text or as Markdown.</summary>
internal sealed class ReportTable
{
    private static readonly string[] Headings =
        ["model", "threads", "test", "unit", "ModelGen", "llama.cpp", "ratio", "GB/s", "llama.cpp GB/s", "slower than empty"];

    // Text stands to the left, numbers to the right.
    private static readonly bool[] IsText = [true, false, true, true, false, false, false, false, false, false];

    private readonly Report _report;
    private readonly List<string[]> _rows;

    public ReportTable(Report report)
    {
        _report = report;
        _rows = [.. report.Models.SelectMany(model => Ordered(model).Select(cell => Row(model, cell)))];
    }

    /// <summary>How many times better ours is: more tokens a second, or less time or memory.</summary>
    public static double Ratio(Cell cell)
    {
        double ours = Statistics.Median(cell.Ours);
        double theirs = Statistics.Median(cell.Theirs);
        return Test.Find(cell.Test).Better == Better.More ? ours / theirs : theirs / ours;
    }

    /// <summary>Geometric mean of the ratios of some tests over all models and thread counts, of the JIT's programs.</summary>
    public double MeanRatio(Func<Test, bool> isCounted) => Statistics.GeometricMean(_report.Models
        .SelectMany(model => model.Cells)
        .Where(cell => cell.Variant == Variant.Jit.Name && isCounted(Test.Find(cell.Test)))
        .Select(Ratio));

    public string ToText()
    {
        int[] widths = [.. Headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        StringBuilder text = new();
        void Line(string[] row) => text.AppendLine(string.Join("  ", row.Select(
            (value, column) => IsText[column] ? value.PadRight(widths[column]) : value.PadLeft(widths[column]))).TrimEnd());
        Line(Headings);
        Line([.. widths.Select(width => new string('-', width))]);
        _rows.ForEach(Line);
        text.AppendLine();
        foreach (string line in Notes())
        {
            text.AppendLine(line);
        }

        return text.Append(Means()).ToString();
    }

    public string ToMarkdown()
    {
        StringBuilder text = new();
        void Line(IEnumerable<string> row) => text.AppendLine("| " + string.Join(" | ", row) + " |");
        Line(Headings);
        Line(IsText.Select(isText => isText ? "---" : "---:"));
        _rows.ForEach(Line);
        text.AppendLine();
        foreach (string line in Notes())
        {
            text.AppendLine("- " + line);
        }

        return text.AppendLine().Append(Means()).ToString();
    }

    private static IEnumerable<Cell> Ordered(ModelReport model) =>
        model.Cells.OrderBy(cell => Test.All.ToList().IndexOf(Test.Find(cell.Test))).ThenBy(cell => cell.Threads);

    private static string Number(double value) => value.ToString(value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private static string Values(IReadOnlyList<double> values) => values.Count == 1
        ? Number(values[0])
        : $"{Number(Statistics.Median(values))} ({Number(values.Min())}–{Number(values.Max())})";

    private string[] Row(ModelReport model, Cell cell)
    {
        Test test = Test.Find(cell.Test);
        string variant = cell.Variant == Variant.Jit.Name ? "" : ", " + cell.Variant;
        return
        [
            model.Name,
            cell.Threads == 0 ? "" : cell.Threads.ToString(CultureInfo.InvariantCulture),
            test.Title + variant,
            test.Unit,
            Values(cell.Ours),
            Values(cell.Theirs),
            Ratio(cell).ToString("F2", CultureInfo.InvariantCulture),
            test.IsDecode ? Throughput(model, cell.Threads, cell.Ours) : "",
            test.IsDecode ? Throughput(model, cell.Threads, cell.Theirs) : "",
            test == Test.DecodeAtDepth ? Slowdowns(model, cell) : "",
        ];
    }

    // Bytes of weights a second, and their part of what memory gives.
    private string Throughput(ModelReport model, int threads, IReadOnlyList<double> tokensPerSecond)
    {
        double bytes = model.BytesPerToken * Statistics.Median(tokensPerSecond);
        string text = Number(bytes / Units.BytesPerGigabyte);
        Bandwidth? limit = _report.Bandwidth.FirstOrDefault(bandwidth => bandwidth.Threads == threads);
        return limit is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text} ({100 * bytes / limit.BytesPerSecond:F0} %)");
    }

    private static string Slowdowns(ModelReport model, Cell deep)
    {
        Cell? empty = model.Cells.FirstOrDefault(cell => cell.Test == Test.Decode.Key && cell.Threads == deep.Threads && cell.Variant == deep.Variant);
        string Slowdown(IReadOnlyList<double> before, IReadOnlyList<double> after) => string.Create(
            CultureInfo.InvariantCulture, $"{100 * (1 - Statistics.Median(after) / Statistics.Median(before)):F0} %");
        return empty is null ? "" : $"{Slowdown(empty.Ours, deep.Ours)} / {Slowdown(empty.Theirs, deep.Theirs)}";
    }

    private IEnumerable<string> Notes()
    {
        Machine machine = _report.Machine;
        yield return $"{machine.Processor}, {machine.Cores} cores; {machine.Dotnet}, SDK {machine.Sdk}; llama.cpp {machine.LlamaCpp}";
        if (_report.Bandwidth.Count > 0)
        {
            yield return "memory reads: " + string.Join(", ", _report.Bandwidth.Select(bandwidth => string.Create(
                CultureInfo.InvariantCulture, $"{bandwidth.BytesPerSecond / Units.BytesPerGigabyte:F1} GB/s with {bandwidth.Threads} {(bandwidth.Threads == 1 ? "thread" : "threads")}")));
        }

        foreach (ModelReport model in _report.Models.Where(model => model.SameToken is not null))
        {
            string disturbed = model.Disturbed == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"; {model.Disturbed} measurements were disturbed by other work on the machine");
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{model.Name}: {model.InstructionSet}, {model.BytesPerToken / Units.BytesPerMegabyte:F1} MB of weights a token; same most likely token on both sides {model.SameToken} times{disturbed}");
        }

        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"medians of {machine.Repetitions} (lowest–highest), measured alternately; ratio: how many times better ModelGen is; GB/s: weights read (% of the memory's speed); slower than empty: ModelGen / llama.cpp");
        yield return "geometric means count every row of the JIT's program: decode from an empty context and after 1024 tokens; prefill";
    }

    private string Means()
    {
        static string Text(double mean) => double.IsNaN(mean) ? "n/a" : mean.ToString("F3", CultureInfo.InvariantCulture);
        return $"geomean decode {Text(MeanRatio(test => test.IsDecode))}\ngeomean prefill {Text(MeanRatio(test => test == Test.Prefill))}\n";
    }
}
