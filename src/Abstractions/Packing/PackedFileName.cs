using System;

namespace ModelGen.Packing;

/// <summary>The name under which the build packs a model and <c>Load()</c> looks for it.</summary>
internal static class PackedFileName
{
    private const string ModelEnding = ".gguf";
    private const string PackedEnding = ".weights";

    /// <summary>The model file's name with another ending: stories.gguf becomes stories.weights, and llama-3.2 becomes llama-3.2.weights.</summary>
    public static string Of(string modelFileName) => WithoutEnding(modelFileName) + PackedEnding;

    /// <summary>The model file's name without ".gguf", where it has that; what else stands behind a dot is part of the name.</summary>
    public static string WithoutEnding(string modelFileName) => modelFileName.EndsWith(ModelEnding, StringComparison.OrdinalIgnoreCase)
        ? modelFileName.Substring(0, modelFileName.Length - ModelEnding.Length)
        : modelFileName;
}
