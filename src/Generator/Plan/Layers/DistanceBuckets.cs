using System;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>The buckets of biases by distance (Raffel et al. 2020, T5).</summary>
internal static class DistanceBuckets
{
    // A quotient of logarithms that is a whole number must not be rounded below it.
    private const double Tolerance = 1e-9;

    /// <summary>
    /// The bucket of each distance from 0 on, up to one that has the last bucket for certain: the first half of them have one distance each, and
    /// the others' distances grow as a power does, up to <see cref="DistanceBiasSpec.LargestDistance"/>.
    /// </summary>
    /// <param name="buckets">Buckets of one side.</param>
    public static EquatableArray<byte> Of(int buckets)
    {
        int exact = buckets / 2;
        double step = Math.Log(DistanceBiasSpec.LargestDistance / (double)exact) / (buckets - exact);
        return Enumerable.Range(0, DistanceBiasSpec.LargestDistance + 1)
            .Select(distance => distance < exact ? distance : exact + (int)(Math.Log(distance / (double)exact) / step + Tolerance))
            .Select(bucket => (byte)Math.Min(bucket, buckets - 1))
            .ToEquatableArray();
    }
}
