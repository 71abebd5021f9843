using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using ModelGen.Compare.Reporting;

namespace ModelGen.Compare.Embedding;

/// <summary>The measurements of an encoder as Markdown.</summary>
/// <param name="model">The model's name.</param>
/// <param name="engines">Names of the engines, ours first.</param>
/// <param name="rows">The measurements.</param>
/// <param name="notes">What else is to be said.</param>
internal sealed class EmbedTable(string model, IReadOnlyList<string> engines, IReadOnlyList<EmbedRow> rows, IReadOnlyList<string> notes)
{
    /// <summary>The geometric mean of how many times better ours is than another, over the tests of speed.</summary>
    /// <param name="engine">Index of the other.</param>
    public double MeanRatio(int engine) =>
        Statistics.GeometricMean(rows.Where(row => row.Unit == EmbedRow.TextsPerSecond).Select(row => Ratio(row, engine)));

    public string ToMarkdown()
    {
        StringBuilder text = new();
        void Line(IEnumerable<string> cells) => text.AppendLine("| " + string.Join(" | ", cells) + " |");
        IEnumerable<int> others = Enumerable.Range(1, engines.Count - 1);
        Line([model, "threads", "unit", .. engines, .. others.Select(other => "against " + engines[other])]);
        Line(["---", "---:", "---", .. engines.Select(_ => "---:"), .. others.Select(_ => "---:")]);
        foreach (EmbedRow row in rows)
        {
            Line(
            [
                row.Test,
                row.Threads.ToString(CultureInfo.InvariantCulture),
                row.Unit,
                .. row.Values.Select(Values),
                .. others.Select(other => row.Values[other].Count == 0 ? "" : Text(Ratio(row, other)) + "×"),
            ]);
        }

        Line(["geometric mean of speeds", "", "", .. engines.Select(_ => ""), .. others.Select(other => Text(MeanRatio(other)) + "×")]);
        text.AppendLine();
        foreach (string note in notes)
        {
            text.AppendLine("- " + note);
        }

        return text.ToString();
    }

    private static double Ratio(EmbedRow row, int engine)
    {
        double ours = Statistics.Median(row.Values[0]);
        double theirs = Statistics.Median(row.Values[engine]);
        return row.Unit == EmbedRow.Milliseconds ? theirs / ours : ours / theirs;
    }

    private static string Text(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);

    private static string Values(IReadOnlyList<double> values) => values.Count == 0
        ? ""
        : $"{Number(Statistics.Median(values))} ({Number(values.Min())}–{Number(values.Max())})";
}
