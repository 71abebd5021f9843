using System.Linq;
using ModelGen.Sampling;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

public sealed class Xoshiro256Tests
{
    [Fact]
    public void GivesThePublishedSequence()
    {
        Xoshiro256 random = new(1, 2, 3, 4);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625,
            8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        expected.Select(_ => random.NextUInt64()).ShouldBe(expected);
    }

    [Fact]
    public void SeedsThroughSplitMix64()
    {
        // The first four numbers that SplitMix64 gives for seed 1234567.
        Xoshiro256 expected = new(6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431);
        Xoshiro256 random = new(1234567);
        for (int i = 0; i < 100; i++)
        {
            random.NextUInt64().ShouldBe(expected.NextUInt64());
        }
    }

    [Fact]
    public void DoublesAreFrom0ToBelow1AndEven()
    {
        Xoshiro256 random = new(7);
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];
        values.ShouldAllBe(value => value >= 0 && value < 1);

        // The mean of n even numbers is off by 1 / √(12 n) = 0.0009 in the standard deviation.
        values.Average().ShouldBe(0.5, 0.005);
    }
}
