using System;

namespace ModelGen.Packing;

/// <summary>The name under which the build packs a model and <c>Load()</c> looks for it.</summary>
internal static class PackedFileName
{
    private const string ModelEnding = ".gguf";
    private const string PackedEnding = ".weights";

    /// <summary>The model file's name with another ending: stories.gguf becomes stories.weights.</summary>
    public static string Of(string modelFileName)
    {
        bool hasEnding = modelFileName.EndsWith(ModelEnding, StringComparison.OrdinalIgnoreCase);
        return (hasEnding ? modelFileName.Substring(0, modelFileName.Length - ModelEnding.Length) : modelFileName) + PackedEnding;
    }
}
