using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Gguf;

namespace ModelGen.Tasks;

/// <summary>
/// Writes the header of each model as the text that the generator reads (docs/snapshot-format.md). The file changes only when the
/// header does, so that nothing downstream runs again for nothing.
/// </summary>
/// <remarks>
/// A snapshot that is kept under version control stands in for a model file that is not there, and is kept up to date where the file is.
/// </remarks>
public sealed class SnapshotGgufHeader : Task
{
    /// <summary>The <c>GgufModel</c> items. Their metadata HeaderSnapshot names a snapshot under version control.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Folder under obj that the snapshots for the generator go to.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>
    /// Whether an IDE asks, and not a build. Then problems are warnings, because a failed design-time build takes code completion away
    /// from the whole project, and nothing is written outside of <see cref="OutputFolder"/>.
    /// </summary>
    public bool IsDesignTimeBuild { get; set; }

    /// <summary>The snapshots, one a model: AdditionalFiles of the compiler.</summary>
    [Output]
    public ITaskItem[] Snapshots { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<string> snapshots = [];
        foreach (ModelItem model in ModelItem.Read(Models, ReportCollision))
        {
            string snapshot = Path.Combine(OutputFolder, model.SnapshotFileName);
            Update(model, snapshot);

            // After a warning in an IDE, the snapshot of before still serves.
            if (File.Exists(snapshot))
            {
                snapshots.Add(snapshot);
            }
        }

        Snapshots = snapshots.Select(path => (ITaskItem)new TaskItem(path)).ToArray();
        return !Log.HasLoggedErrors;
    }

    private void Update(ModelItem model, string snapshot)
    {
        try
        {
            if (File.Exists(model.Path))
            {
                string text = IsCurrent(model, snapshot, out string current)
                    ? current
                    : GgufSnapshot.Write(GgufHeaderReader.ReadFile(model.Path).Header, model.FileName);
                WriteIfChanged(snapshot, text);
                UpdateCommitted(model, text);
            }
            else if (File.Exists(model.CommittedSnapshot))
            {
                Log.LogMessage(
                    MessageImportance.High,
                    "{0} is not here: its committed header, {1}, is compiled, and no weights are packed.",
                    model.Path,
                    model.CommittedSnapshot);
                WriteIfChanged(snapshot, File.ReadAllText(model.CommittedSnapshot));
            }
            else
            {
                Report(
                    BuildDiagnostics.NoSuchModel,
                    model.Path,
                    $"the GgufModel item '{model.Path}' does not exist, and neither does a committed snapshot '{model.CommittedSnapshot}'; put the model there, or correct the item");
            }
        }
        catch (ModelGenException error)
        {
            Report(BuildDiagnostics.BadHeader, model.Path, error.Message);
        }
        catch (Exception error) when (AtomicFile.IsFileSystemError(error))
        {
            Report(BuildDiagnostics.CannotWriteSnapshot, model.Path, $"the header snapshot of '{model.FileName}' cannot be written: {error.Message}");
        }
    }

    /// <summary>
    /// Whether the snapshot was made of the model as it is: it is newer, and readable by this version. Then the model is not opened.
    /// </summary>
    private static bool IsCurrent(ModelItem model, string snapshot, out string text)
    {
        text = "";
        FileInfo modelFile = new(model.Path);
        FileInfo snapshotFile = new(snapshot);
        if (!snapshotFile.Exists || snapshotFile.LastWriteTimeUtc <= modelFile.LastWriteTimeUtc)
        {
            return false;
        }

        text = File.ReadAllText(snapshot);
        try
        {
            return GgufSnapshot.Parse(text, out string fileName).FileLength == modelFile.Length && fileName == model.FileName;
        }
        catch (ModelGenException)
        {
            // Damaged, or of an earlier version's grammar.
            return false;
        }
    }

    /// <summary>Keeps the snapshot under version control up to date: one that HeaderSnapshot asks for, or that lies beside the model.</summary>
    private void UpdateCommitted(ModelItem model, string text)
    {
        if (!IsDesignTimeBuild && (model.IsSnapshotCommitted || File.Exists(model.CommittedSnapshot)))
        {
            WriteIfChanged(model.CommittedSnapshot, text);
        }
    }

    private void WriteIfChanged(string path, string text)
    {
        // Version control may have changed the line ends.
        if (File.Exists(path) && File.ReadAllText(path).Replace("\r\n", "\n") == text.Replace("\r\n", "\n"))
        {
            Log.LogMessage(MessageImportance.Low, "{0} is up to date.", path);
            return;
        }

        AtomicFile.WriteText(path, text);
        Log.LogMessage(MessageImportance.Normal, "Wrote header snapshot {0}.", path);
    }

    private void ReportCollision(ModelItem model, ModelItem earlier) => Report(
        BuildDiagnostics.CollidingModels,
        model.Path,
        $"the GgufModel items '{earlier.Path}' and '{model.Path}' would both be packed into {model.WeightsFileName}; give the files different names");

    private void Report(string code, string file, string message)
    {
        if (IsDesignTimeBuild)
        {
            Log.Warning(code, file, message);
        }
        else
        {
            Log.Error(code, file, message);
        }
    }
}
