using Microsoft.Build.Utilities;

namespace ModelGen.Tasks;

/// <summary>
/// What the tasks can report; docs/diagnostics.md explains each. The numbers are of one table with the generator's diagnostics.
/// </summary>
internal static class BuildDiagnostics
{
    /// <summary>A model file is missing and no snapshot stands in for it.</summary>
    public const string NoSuchModel = "MGEN001";

    /// <summary>A model file is not a GGUF, cut off, or cannot be read.</summary>
    public const string BadHeader = "MGEN002";

    /// <summary>Two models would be packed into files of the same name.</summary>
    public const string CollidingModels = "MGEN013";

    /// <summary>The weights cannot be packed.</summary>
    public const string CannotPack = "MGEN020";

    /// <summary>A header snapshot cannot be written.</summary>
    public const string CannotWriteSnapshot = "MGEN022";

    /// <summary>A package is made without weights that its models need.</summary>
    public const string WeightsNotInPackage = "MGEN027";

    /// <summary>The weights cannot be appended to the program.</summary>
    public const string CannotAppend = "MGEN030";

    /// <summary>The weights are too large to be embedded.</summary>
    public const string CannotEmbed = "MGEN033";

    /// <summary>Reports an error in <paramref name="file"/>.</summary>
    public static void Error(this TaskLoggingHelper log, string code, string? file, string message) =>
        log.LogError(null, code, null, file, 0, 0, 0, 0, "{0}", message);

    /// <summary>Reports a warning in <paramref name="file"/>.</summary>
    public static void Warning(this TaskLoggingHelper log, string code, string file, string message) =>
        log.LogWarning(null, code, null, file, 0, 0, 0, 0, "{0}", message);
}
