using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Templates;

namespace ModelGen.Tasks;

/// <summary>
/// Writes the header of each model, and the project's own chat templates, as the texts that the generator reads
/// (docs/snapshot-format.md). A file changes only when what it says does, so that nothing downstream runs again for nothing.
/// </summary>
/// <remarks>
/// A snapshot that is kept under version control stands in for a model file that is not there, and is kept up to date where the file is.
/// </remarks>
public sealed class SnapshotGgufHeader : Task
{
    /// <summary>
    /// The <c>GgufModel</c> items. Their metadata HeaderSnapshot names a snapshot under version control, and ChatTemplate a file of Jinja.
    /// </summary>
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

    /// <summary>
    /// The assembly that is compiled from the texts. It is deleted before one of them changes: whether it is compiled again is decided by
    /// whose time is later, and a clock may have been set back.
    /// </summary>
    public string CompiledAssembly { get; set; } = "";

    /// <summary>The snapshots, one a model: AdditionalFiles of the compiler.</summary>
    [Output]
    public ITaskItem[] Snapshots { get; private set; } = [];

    /// <summary>The chat templates of the items that name one: AdditionalFiles of the compiler.</summary>
    [Output]
    public ITaskItem[] ChatTemplates { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<ITaskItem> snapshots = [];
        List<ITaskItem> templates = [];
        foreach (ModelItem model in ModelItem.Read(Models, ReportCollision))
        {
            string snapshot = Path.Combine(OutputFolder, model.SnapshotFileName);
            Update(model, snapshot);

            // After a warning in an IDE, the snapshot of before still serves.
            if (File.Exists(snapshot))
            {
                snapshots.Add(ItemText.ItemOf(snapshot));
            }

            if (model.ChatTemplate is not null)
            {
                string template = Path.Combine(OutputFolder, model.TemplateFileName);
                UpdateTemplate(model, model.ChatTemplate, template);
                if (File.Exists(template))
                {
                    templates.Add(ItemText.ItemOf(template));
                }
            }
        }

        Snapshots = [.. snapshots];
        ChatTemplates = [.. templates];
        return !Log.HasLoggedErrors;
    }

    private void Update(ModelItem model, string snapshot)
    {
        try
        {
            if (File.Exists(model.Path))
            {
                GgufHeader header = GgufHeaderReader.ReadFile(model.Path).Header;
                WriteForCompiler(snapshot, GgufSnapshot.Write(header, model.ProjectPath));
                UpdateCommitted(model, header);
            }
            else if (File.Exists(model.CommittedSnapshot))
            {
                Log.LogMessage(
                    MessageImportance.High,
                    "{0} is not here: its committed header, {1}, is compiled, and no weights are packed.",
                    model.Path,
                    model.CommittedSnapshot);
                WriteForCompiler(snapshot, GgufSnapshot.Write(ReadCommitted(model), model.ProjectPath));
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
            Report(BuildDiagnostics.BadHeader, File.Exists(model.Path) ? model.Path : model.CommittedSnapshot, error.Message);
        }
        catch (Exception error) when (AtomicFile.IsFileSystemError(error))
        {
            Report(BuildDiagnostics.CannotWriteSnapshot, model.Path, $"the header snapshot of '{model.FileName}' cannot be written: {error.Message}");
        }
    }

    /// <summary>Writes the item's chat template for the generator, with whose it is.</summary>
    private void UpdateTemplate(ModelItem model, string source, string target)
    {
        try
        {
            // What is no UTF-8 would be compiled with other characters than were meant.
            using StreamReader reader = new(source, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            string jinja = reader.ReadToEnd();
            WriteForCompiler(target, new ChatTemplateText(model.ProjectPath, Path.GetFileName(source), jinja).Write());
        }
        catch (Exception error) when (error is DecoderFallbackException || AtomicFile.IsFileSystemError(error))
        {
            string problem = File.Exists(source) ? "cannot be read or written: " + error.Message : "does not exist; correct the item";
            Report(BuildDiagnostics.NoSuchModel, source, $"the chat template '{source}' of the GgufModel item '{model.Path}' {problem}");
        }
    }

    /// <summary>Keeps the snapshot under version control up to date: one that HeaderSnapshot asks for, or that lies beside the model.</summary>
    private void UpdateCommitted(ModelItem model, GgufHeader header)
    {
        if (!IsDesignTimeBuild && (model.IsSnapshotCommitted || File.Exists(model.CommittedSnapshot)))
        {
            // Where the model lies may differ from one machine to the next, what it is called does not. And version control may have
            // changed the line ends.
            string text = GgufSnapshot.Write(header, model.FileName);
            try
            {
                WriteIfChanged(model.CommittedSnapshot, text, isSame: before => before.Replace("\r\n", "\n") == text);
            }
            catch (Exception error) when (AtomicFile.IsFileSystemError(error))
            {
                // Sources may be read-only; a snapshot there that is out of date would be compiled on machines without the model.
                Report(
                    BuildDiagnostics.CannotWriteSnapshot,
                    model.CommittedSnapshot,
                    $"the header snapshot '{model.CommittedSnapshot}' does not say what '{model.FileName}' is, and cannot be written: {error.Message} Build once where it can be, and commit it.");
            }
        }
    }

    private static GgufHeader ReadCommitted(ModelItem model)
    {
        try
        {
            return GgufSnapshot.Parse(File.ReadAllText(model.CommittedSnapshot));
        }
        catch (ModelGenException error)
        {
            throw new ModelGenException($"the header of '{model.FileName}' cannot be read from '{model.CommittedSnapshot}': {error.Message}", error);
        }
    }

    /// <summary>Writes a text that is compiled.</summary>
    private void WriteForCompiler(string path, string text)
    {
        WriteIfChanged(path, text, isSame: before => before == text, beforeWrite: () =>
        {
            // Deleting a file whose folder is not there either is an error, and the first target that is asked for may be this one.
            if (!IsDesignTimeBuild && File.Exists(CompiledAssembly))
            {
                File.Delete(CompiledAssembly);
            }
        });
    }

    private void WriteIfChanged(string path, string text, Func<string, bool> isSame, Action? beforeWrite = null)
    {
        AtomicFile.DeleteAbandonedTexts(path);
        if (File.Exists(path) && isSame(File.ReadAllText(path)))
        {
            Log.LogMessage(MessageImportance.Low, "{0} is up to date.", path);
            return;
        }

        beforeWrite?.Invoke();
        AtomicFile.WriteText(path, text);
        Log.LogMessage(MessageImportance.Normal, "Wrote {0}.", path);
    }

    private void ReportCollision(ModelItem model, ModelItem earlier) => Report(
        BuildDiagnostics.CollidingModels,
        model.Path,
        $"the GgufModel items '{earlier.Path}' and '{model.Path}' would both be packed into {model.WeightsTargetPath}; give the files different names");

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
