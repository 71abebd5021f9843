namespace ModelGen.Generator.Forests.Reading;

/// <summary>
/// How large a forest may be. A node is one number of the emitted code, in which a feature and the way to a child have so many bits.
/// </summary>
internal static class ForestLimits
{
    public const int MaxFeatures = 1 << 14;

    public const int MaxClasses = 256;

    public const int MaxNodesOfTree = 1 << 18;

    /// <summary>Of all trees. Each is a number for the compiler to read, so this bounds the time and the memory that a build takes.</summary>
    public const int MaxNodes = 1 << 20;

    /// <summary>Probabilities of leaves that differ from each other, all classes together.</summary>
    public const int MaxProbabilities = 1 << 20;
}
