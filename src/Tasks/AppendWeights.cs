using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// Puts packed weights behind the code of a published program, which maps them from its own file (docs/weights-format.md). Weights that it has
/// from an earlier time give way.
/// </summary>
public sealed class AppendWeights : Task
{
    /// <summary>The program: a native executable, or one that holds its assemblies.</summary>
    [Required]
    public string Program { get; set; } = "";

    /// <summary>Packed files; metadata RelativePath is the name that the program looks for.</summary>
    [Required]
    public ITaskItem[] Weights { get; set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            List<(string Name, string Path)> files = [];
            foreach (ITaskItem item in Weights)
            {
                string name = item.GetMetadata("RelativePath").Replace('\\', '/');
                if (!files.Exists(file => file.Name == name))
                {
                    files.Add((name, item.GetMetadata("FullPath")));
                }
            }

            // In place, so that the file keeps its permissions.
            using var program = new FileStream(Program, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
            long length = AppendedFiles.Append(program, Program, files);
            Log.LogMessage(MessageImportance.High, string.Format(
                CultureInfo.InvariantCulture,
                "{0}: {1:N0} bytes, and behind them {2:N0} of weights.",
                Path.GetFileName(Program),
                length,
                program.Length - length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelGenException)
        {
            Log.Error(BuildDiagnostics.CannotAppend, Program, $"the weights cannot be appended: {error.Message}");
        }

        return !Log.HasLoggedErrors;
    }
}
