using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;
using ModelGen.Compare.Building;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare.Reporting;

/// <summary>
/// The ratios of a report as an SVG: one bar a test, one group of bars a model and thread count, on a logarithmic axis whose middle is
/// "as fast as llama.cpp". Its colours follow the reader's light or dark scheme.
/// </summary>
/// <param name="report">The report.</param>
internal sealed class RatioPlot(Report report)
{
    private const double Width = 820;
    private const double Left = 250;
    private const double Right = 60;
    private const double Top = 78;
    private const double Bottom = 30;
    private const double BarHeight = 9;
    private const double BarGap = 2;
    private const double GroupGap = 12;

    private static readonly Test[] Tests = [Test.Prefill, Test.Decode, Test.DecodeAtDepth];

    /// <summary>Writes the picture.</summary>
    public string ToSvg()
    {
        List<Group> groups = [.. Groups()];
        double height = Top + groups.Sum(group => group.Height + GroupGap) + Bottom;

        // Half and double at least, so that small differences look small.
        double octaves = groups.SelectMany(group => group.Bars).Select(bar => Math.Abs(Math.Log2(bar.Ratio))).Append(1).Max();
        octaves = Math.Ceiling(octaves * 2) / 2;
        double X(double ratio) => Left + (Width - Left - Right) * (0.5 + Math.Log2(ratio) / (2 * octaves));

        StringBuilder svg = new();
        svg.AppendLine(Invariant($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img" aria-label="Speed of ModelGen against llama.cpp">"""));
        svg.AppendLine("""
              <style>
                text { font: 12px system-ui, sans-serif; fill: #24292f; }
                .title { font-size: 15px; font-weight: 600; }
                .small { font-size: 10px; }
                .axis { stroke: #d0d7de; }
                .even { stroke: #57606a; stroke-width: 1.5; }
                .test0 { fill: #0969da; } .test1 { fill: #1a7f37; } .test2 { fill: #bf8700; }
                @media (prefers-color-scheme: dark) {
                  text { fill: #e6edf3; }
                  .axis { stroke: #3d444d; }
                  .even { stroke: #9198a1; }
                  .test0 { fill: #58a6ff; } .test1 { fill: #3fb950; } .test2 { fill: #d29922; }
                }
              </style>
            """);
        svg.AppendLine("""  <text class="title" x="12" y="22">Tokens a second, ModelGen / llama.cpp</text>""");
        double legend = 12;
        for (int test = 0; test < Tests.Length; test++)
        {
            svg.AppendLine(Invariant($"""  <rect class="test{test}" x="{legend}" y="36" width="10" height="10"/><text x="{legend + 15}" y="45">{Escape(Tests[test].Title)}</text>"""));
            legend += 150;
        }

        foreach (double tick in Ticks(octaves))
        {
            string style = tick == 1 ? "even" : "axis";
            svg.AppendLine(Invariant($"""  <line class="{style}" x1="{X(tick):F1}" y1="{Top - 8}" x2="{X(tick):F1}" y2="{height - Bottom}"/><text class="small" text-anchor="middle" x="{X(tick):F1}" y="{Top - 12}">{tick:0.##}×</text>"""));
        }

        double y = Top;
        foreach (Group group in groups)
        {
            svg.AppendLine(Invariant($"""  <text text-anchor="end" x="{Left - 12}" y="{y + group.Height / 2 + 4:F1}">{Escape(group.Name)}</text>"""));
            foreach ((int test, double ratio) in group.Bars)
            {
                double from = Math.Min(X(1), X(ratio));
                double width = Math.Abs(X(ratio) - X(1));
                double label = ratio >= 1 ? X(ratio) + 4 : X(ratio) - 4;
                string anchor = ratio >= 1 ? "start" : "end";
                svg.AppendLine(Invariant($"""  <rect class="test{test}" x="{from:F1}" y="{y:F1}" width="{width:F1}" height="{BarHeight}"/><text class="small" text-anchor="{anchor}" x="{label:F1}" y="{y + BarHeight - 1:F1}">{ratio:F2}</text>"""));
                y += BarHeight + BarGap;
            }

            y += GroupGap + BarGap;
        }

        svg.AppendLine(Invariant($"""  <text class="small" x="12" y="{height - 8:F1}">{Escape(report.Machine.Processor)}; right of 1×: ModelGen is faster; logarithmic</text>"""));
        return svg.AppendLine("</svg>").ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Escape(string text) => SecurityElement.Escape(text);

    private static IEnumerable<double> Ticks(double octaves) =>
        ((double[])[0.125, 0.25, 0.5, 0.75, 1, 1.5, 2, 4, 8]).Where(tick => Math.Abs(Math.Log2(tick)) <= octaves);

    private IEnumerable<Group> Groups() =>
        from model in report.Models
        from cells in model.Cells
            .Where(cell => cell.Variant == Variant.Jit.Name && Test.Find(cell.Test).IsSpeed)
            .GroupBy(cell => cell.Threads)
            .OrderBy(cells => cells.Key)
        let bars = cells
            .Select(cell => (Test: Array.IndexOf(Tests, Test.Find(cell.Test)), Ratio: ReportTable.Ratio(cell)))
            .OrderBy(bar => bar.Test)
            .ToArray()
        select new Group($"{model.Name}, {cells.Key} {(cells.Key == 1 ? "thread" : "threads")}", bars);

    /// <summary>The bars of a model with a thread count.</summary>
    /// <param name="Name">What stands beside them.</param>
    /// <param name="Bars">Index of the test, and ratio.</param>
    private sealed record Group(string Name, (int Test, double Ratio)[] Bars)
    {
        public double Height => Bars.Length * (BarHeight + BarGap) - BarGap;
    }
}
