using System;
using System.Linq;
using ModelGen.Formats;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Random blocks decode to numbers of the size that was asked for.</summary>
public sealed class RandomMatrixTests
{
    private const int Columns = 256;
    private const int Rows = 256;
    private const double Wanted = 0.05;

    // The table of deviations has three digits, and a block's minimum has a spread of its own; a power of two is at most a factor off.
    private const double Tolerance = 0.1;
    private const double ToleranceOfPowers = 0.5;

    public static TheoryData<string> Formats => [.. TensorFormat.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void BlocksHaveTheDeviationThatIsAskedFor(string name)
    {
        TensorFormat format = TensorFormat.All.Single(format => format.Name == name);
        float[] values = Decode(format, RandomMatrix.Create(format.Type, Columns, Rows, Wanted, new RepeatableRandom(name)));
        double deviation = Math.Sqrt(values.Average(value => (double)value * value));
        deviation.ShouldBe(Wanted, Wanted * (name == "MXFP4" ? ToleranceOfPowers : Tolerance));
        values.Average().ShouldBe(0, Wanted * Tolerance);
    }

    [Fact]
    public void NumbersAreTheSameInEveryVersion()
    {
        RepeatableRandom random = new("numbers");
        random.NextUInt64().ShouldBe(12491215109943430406UL);
        random.Next(1000).ShouldBe(306);
        random.NextDouble().ShouldBe(0.45334851341371785);
        random.NextBell().ShouldBe(0.0401198310199061);
    }

    private static unsafe float[] Decode(TensorFormat format, byte[] bytes)
    {
        float[] values = new float[Columns * Rows];
        fixed (byte* source = bytes)
        fixed (float* target = values)
        {
            for (int row = 0; row < Rows; row++)
            {
                format.DequantizeRow(source + row * format.RowBytes(Columns), Columns, target + row * Columns);
            }
        }

        return values;
    }
}
