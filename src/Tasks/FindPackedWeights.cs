using System;
using System.Collections.Generic;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// Finds packed weights among files that are published, those of referenced projects and packages too: by what they hold, since the SDK drops what
/// items say of themselves.
/// </summary>
public sealed class FindPackedWeights : Task
{
    /// <summary>The files.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>Those of them that are packed weights.</summary>
    [Output]
    public ITaskItem[] Weights { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<ITaskItem> weights = [];
        foreach (ITaskItem file in Files)
        {
            try
            {
                using FileStream stream = File.OpenRead(file.GetMetadata("FullPath"));
                byte[] start = new byte[PackedFileHeader.MagicBytes];
                if (stream.Read(start, 0, start.Length) == start.Length && PackedFileHeader.HasMagic(start))
                {
                    weights.Add(file);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Copying it, which comes next, says so.
                Log.LogMessage(MessageImportance.Low, error.Message);
            }
        }

        Weights = [.. weights];
        return true;
    }
}
