using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Plan;

/// <summary>The buckets of distances are those that T5 was trained with.</summary>
public sealed class DistanceBucketsTests
{
    // As T5 has 32 of them: an encoder's of one side, and a decoder's.
    [Theory]
    [InlineData(16, new[] { 8, 12, 16, 23, 32, 46, 64, 91 })]
    [InlineData(32, new[] { 16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113 })]
    public void TheFirstDistancesOfWideBuckets(int buckets, int[] expected)
    {
        byte[] bucketOf = [.. DistanceBuckets.Of(buckets)];
        bucketOf.Take(buckets / 2).ShouldBe(Enumerable.Range(0, buckets / 2).Select(distance => (byte)distance));
        Enumerable.Range(buckets / 2, buckets / 2).Select(bucket => Array.IndexOf(bucketOf, (byte)bucket)).ShouldBe(expected);
    }

    [Fact]
    public void TheLastDistanceHasTheLastBucket()
    {
        for (int buckets = 2; buckets <= DistanceBiasSpec.MostBuckets; buckets += 2)
        {
            DistanceBuckets.Of(buckets).ToArray()[^1].ShouldBe((byte)(buckets - 1));
        }
    }
}
