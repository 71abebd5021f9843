using System;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>Work divided by the mean time.</summary>
internal sealed class ThroughputColumn(string name, string legend, Func<Work, double> amount) : IColumn
{
    public string Id => nameof(ThroughputColumn) + ColumnName;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        // A unit a nanosecond is 10⁹ a second.
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
        Work work = ((KernelCase)benchmarkCase.Parameters[nameof(MatMulDecode.Case)]).Work;
        return nanoseconds is { } mean ? (amount(work) / mean).ToString("F1", CultureInfo.InvariantCulture) : "-";
    }
}
