using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// Lays each model's weights out as its kernels read them, in a file that the program maps (docs/weights-format.md). A file that is up
/// to date is left alone.
/// </summary>
public sealed class PackWeights : Task, ICancelableTask
{
    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The <c>GgufModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Folder under obj that the packed files go to.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>The packed files, named as the program looks for them. Models that are not there, or not supported, have none.</summary>
    [Output]
    public ITaskItem[] PackedFiles { get; private set; } = [];

    /// <summary>Time from one line of progress to the next.</summary>
    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Ends packing; no half-written file is left.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<string> packed = [];

        // SnapshotGgufHeader, which runs before, has reported models whose names collide.
        foreach (ModelItem model in ModelItem.Read(Models, reportCollision: (_, _) => { }))
        {
            string target = Path.Combine(OutputFolder, model.WeightsFileName);
            if (TryPack(model, target))
            {
                packed.Add(target);
            }
        }

        PackedFiles = packed.Select(path => (ITaskItem)new TaskItem(path)).ToArray();
        return !Log.HasLoggedErrors && !_cancellation.IsCancellationRequested;
    }

    private bool TryPack(ModelItem model, string target)
    {
        if (!File.Exists(model.Path))
        {
            Log.LogMessage(MessageImportance.Low, "{0} is not here; its weights are not packed.", model.Path);
            return false;
        }

        try
        {
            GgufFile file = GgufHeaderReader.ReadFile(model.Path);
            Recognition recognition = Architecture.Recognise(file.Header);
            if (recognition.Spec is null)
            {
                // The generator reports this where the model's class is.
                Log.LogMessage(MessageImportance.Low, "{0} is not packed: {1}.", model.FileName, recognition.Problems[0].Message);
                return false;
            }

            if (PackedFileWriter.IsCurrent(target, file))
            {
                Log.LogMessage(MessageImportance.Low, "{0} is up to date.", target);
                return true;
            }

            PackedImage image = PackedImage.Create(file);
            PackProgress progress = new(Log, model.FileName, image.Length, ProgressInterval);
            PackedFileWriter.Write(file, image, target, progress.Report, _cancellation.Token);
            progress.Finish(target);
            return true;
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Log.LogMessage(MessageImportance.Normal, "Packing {0} was cancelled.", model.FileName);
        }
        catch (Exception error) when (error is ModelGenException || AtomicFile.IsFileSystemError(error))
        {
            Log.Error(BuildDiagnostics.CannotPack, model.Path, $"the weights of '{model.FileName}' cannot be packed into '{target}': {error.Message}");
        }

        return false;
    }
}
