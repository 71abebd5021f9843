using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Packing;

/// <summary>The name under which the build packs a model and <c>Load()</c> looks for it.</summary>
internal static class PackedFileName
{
    private const string ModelEnding = ".gguf";
    private const string PackedEnding = ".weights";
    private const string ResourcePrefix = "ModelGen.Weights/";

    /// <summary>The model file's name with another ending: stories.gguf becomes stories.weights, and llama-3.2 becomes llama-3.2.weights.</summary>
    public static string Of(string modelFileName) => WithoutEnding(modelFileName) + PackedEnding;

    /// <summary>
    /// Name of the resource that has a packed file where it is embedded in an assembly: a hash, because names of files have characters that a compiler's
    /// command line takes for its own.
    /// </summary>
    public static string ResourceOf(string packedFileName) =>
        ResourcePrefix + XxHash64.Hash(Encoding.UTF8.GetBytes(packedFileName)).ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The model file's name without ".gguf", where it has that; what else stands behind a dot is part of the name.</summary>
    public static string WithoutEnding(string modelFileName) => modelFileName.EndsWith(ModelEnding, StringComparison.OrdinalIgnoreCase)
        ? modelFileName.Substring(0, modelFileName.Length - ModelEnding.Length)
        : modelFileName;
}
