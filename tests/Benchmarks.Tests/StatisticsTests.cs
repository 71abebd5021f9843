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
    public void The_median_is_the_middle(double[] values, double median) => Statistics.Median(values).ShouldBe(median);

    [Fact]
    public void No_values_have_no_median() => Should.Throw<ArgumentException>(() => Statistics.Median([]));

    [Fact]
    public void The_geometric_mean_of_a_ratio_and_its_inverse_is_one() => Statistics.GeometricMean([0.25, 4, 1]).ShouldBe(1, tolerance: 1e-12);

    [Fact]
    public void No_values_have_no_mean() => Statistics.GeometricMean([]).ShouldBe(double.NaN);
}
