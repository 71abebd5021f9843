namespace ModelGen.Generator.Forests.Tables;

/// <summary>
/// A node in 64 bits. From the highest on: a threshold (32), a feature (14), and how far behind the node its right child is (18). A leaf
/// has the distance 0, and in the threshold's place the index of its first probability.
/// </summary>
internal static class NodeCode
{
    public const int FeatureBits = 14;

    public const int DistanceBits = 18;

    private const int UpperBits = 32;

    /// <summary>A node with children, the distance of whose right one is not known yet.</summary>
    public static unsafe ulong Split(float threshold, int feature) =>
        (ulong)*(uint*)&threshold << UpperBits | (ulong)feature << DistanceBits;

    public static ulong WithDistance(ulong split, int distance) => split | (uint)distance;

    public static ulong Leaf(int firstProbability) => (ulong)firstProbability << UpperBits;

    /// <summary>
    /// The largest float that is no more than a threshold: a feature, which is a float, is at most the one exactly where it is at most the other.
    /// </summary>
    public static unsafe float RoundDown(double threshold)
    {
        float rounded = (float)threshold;
        if (rounded <= threshold)
        {
            return rounded;
        }

        // The bits of floats ascend as their sizes do.
        uint bits = rounded == 0 ? 0x80000001 : rounded > 0 ? *(uint*)&rounded - 1 : *(uint*)&rounded + 1;
        return *(float*)&bits;
    }
}
