using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ModelGen.Kernels.Benchmarks;

// In this process: the kernels are compiled in memory, and their buffers are large.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).AsMutator())
    .AddColumn(new ThroughputColumn("GB/s", "Bytes of weights or cache read a second / 10⁹", work => work.Bytes))
    .AddColumn(new ThroughputColumn("Gop/s", "Multiplications and additions a second / 10⁹", work => work.Operations))
    .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40))
    .HideColumns(Column.Error, Column.RatioSD, Column.Job, Column.Toolchain);

BenchmarkSwitcher.FromAssembly(typeof(ThroughputColumn).Assembly).Run(args, config);
