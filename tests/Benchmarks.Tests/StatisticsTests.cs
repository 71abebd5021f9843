using System;
using ModelGen.Compare.Reporting;
using Shouldly;
using Xunit;

namespace ModelGen.Benchmarks.Tests;

public class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 100 }, 3.5)]
    public void TheMedianIsTheMiddle(double[] values, double median) => Statistics.Median(values).ShouldBe(median);

    [Fact]
    public void NoValuesHaveNoMedian() => Should.Throw<ArgumentException>(() => Statistics.Median([]));

    [Fact]
    public void TheGeometricMeanOfARatioAndItsInverseIsOne() => Statistics.GeometricMean([0.25, 4, 1]).ShouldBe(1, tolerance: 1e-12);

    [Fact]
    public void NoValuesHaveNoMean() => Statistics.GeometricMean([]).ShouldBe(double.NaN);
}
