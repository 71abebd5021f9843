using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using ModelGen.Compare.Reporting;
using Shouldly;
using Xunit;

namespace ModelGen.Benchmarks.Tests;

public class ReportTests
{
    [Fact]
    public void JsonKeepsEveryValue()
    {
        Report report = SampleReport.Create();
        Report read = Report.FromJson(report.ToJson());
        read.Machine.ShouldBe(report.Machine);
        read.Bandwidth.ShouldBe(report.Bandwidth);
        read.Models.Count.ShouldBe(1);
        read.Models[0].Cells.SelectMany(cell => cell.Ours.Concat(cell.Theirs)).ShouldBe(report.Models[0].Cells.SelectMany(cell => cell.Ours.Concat(cell.Theirs)));
        read.ToJson().ShouldBe(report.ToJson());
    }

    [Fact]
    public void ARunWithoutMeasurementsOfSpeedIsAReportToo()
    {
        // Start and size alone: nothing was compared, and no kernel said what it used.
        Report sample = SampleReport.Create();
        Report report = sample with { Models = [sample.Models[0] with { InstructionSet = null, SameToken = null }] };
        Report.FromJson(report.ToJson()).Models[0].InstructionSet.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"machine\": 3}")]
    public void WhatIsNoReportIsRefused(string json) => Should.Throw<InvalidDataException>(() => Report.FromJson(json));

    [Theory]
    [InlineData("decode", 2)]
    [InlineData("prefill", 0.5)]
    [InlineData("start", 2.5)]
    [InlineData("size", 4)]
    public void ARatioAboveOneIsGoodForUs(string test, double ratio) =>
        ReportTable.Ratio(SampleReport.Create().Models[0].Cells.First(cell => cell.Test == test)).ShouldBe(ratio);

    [Fact]
    public void TheLastTwoLinesAreTheMeansOfTheJITPrograms()
    {
        string[] lines = new ReportTable(SampleReport.Create()).ToText().TrimEnd('\n').Split('\n');
        lines[^2].ShouldBe("geomean decode " + Math.Sqrt(2 * 2.25).ToString("F3", CultureInfo.InvariantCulture));
        lines[^1].ShouldBe("geomean prefill 0.500");
    }

    [Fact]
    public void ARowNamesMedianSpreadRatioThroughputAndSlowdown()
    {
        string table = new ReportTable(SampleReport.Create()).ToMarkdown();
        table.ShouldContain("| one | 2 | decode 128 | tokens/s | 110 (100–120) | 55.0 (50.0–60.0) | 2.00 | 11.0 (28 %) | 5.5 (14 %) |  |");
        table.ShouldContain("| 10 % / 20 % |");
        table.ShouldContain("| decode 128, AOT v4 |");
    }

    [Fact]
    public void RunsAreMergedWithTheBestBandwidthOfAll()
    {
        Report first = SampleReport.Create();
        Report second = first with { Bandwidth = [new Bandwidth(2, 50e9)] };
        Report merged = Report.Merge([first, second]);
        merged.Models.Count.ShouldBe(2);
        merged.Bandwidth.ShouldBe([new Bandwidth(1, 20e9), new Bandwidth(2, 50e9)]);
    }

    [Fact]
    public void ThePictureIsWellFormedAndHasABarATest()
    {
        XDocument picture = XDocument.Parse(new RatioPlot(SampleReport.Create()).ToSvg());
        XNamespace svg = "http://www.w3.org/2000/svg";

        // Three in the legend, three of the JIT's program.
        picture.Descendants(svg + "rect").Count().ShouldBe(6);
        picture.Descendants(svg + "text").Select(text => text.Value).ShouldContain("2.25");
    }
}
