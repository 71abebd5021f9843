using System;
using System.Collections.Generic;
using System.Globalization;
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
/// Lays each model's weights out as its kernels read them, in a file that the program maps (docs/weights-format.md). A file that was made
/// of the very model that is there is left alone (<see cref="PackedSource"/>).
/// </summary>
public sealed class PackWeights : Task, ICancelableTask
{
    // A model that is written all the time is never whole.
    private const int MaxAttempts = 3;

    private readonly CancellationTokenSource _cancellation = new();

    /// <summary>The <c>GgufModel</c> items.</summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>Folder under obj that the packed files go to, and where the snapshots are that were compiled.</summary>
    [Required]
    public string OutputFolder { get; set; } = "";

    /// <summary>Whether the packed files become resources of the assembly, which bounds how long they may be.</summary>
    public bool Embed { get; set; }

    /// <summary>
    /// The packed files; metadata TargetPath says where the program looks for them, ResourceName by which name where they are embedded. Models that are not there, or not supported, have
    /// none.
    /// </summary>
    [Output]
    public ITaskItem[] PackedFiles { get; private set; } = [];

    /// <summary>What else the task keeps in the folder: notes and the lock.</summary>
    [Output]
    public ITaskItem[] OtherFiles { get; private set; } = [];

    /// <summary>
    /// How much can be embedded. An assembly counts its bytes with 31 bits, and half of them are left to what else it has; compilers hold it in memory
    /// several times, and so does nobody well who embeds more.
    /// </summary>
    internal long MaxEmbeddedBytes { get; set; } = 1L << 30;

    /// <summary>Time from one line of progress to the next.</summary>
    internal TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Ends packing; no half-written file is left.</summary>
    public void Cancel() => _cancellation.Cancel();

    /// <inheritdoc/>
    public override bool Execute()
    {
        List<ITaskItem> packed = [];
        List<ITaskItem> others = [];

        // SnapshotGgufHeader, which runs before, has reported models whose names collide.
        foreach (ModelItem model in ModelItem.Read(Models, reportCollision: (_, _) => { }))
        {
            string target = Path.Combine(OutputFolder, model.WeightsFileName);
            if (TryPack(model, target))
            {
                TaskItem item = ItemText.ItemOf(target);
                item.SetMetadata("TargetPath", ItemText.Escape(model.WeightsTargetPath));
                item.SetMetadata("ResourceName", PackedFileName.ResourceOf(model.WeightsTargetPath));
                packed.Add(item);
                others.Add(ItemText.ItemOf(target + PackedSource.FileEnding));
            }
        }

        others.Add(ItemText.ItemOf(Path.Combine(OutputFolder, FolderLock.FileName)));
        if (Embed)
        {
            CheckEmbedded(packed);
        }

        PackedFiles = [.. packed];
        OtherFiles = [.. others];
        return !Log.HasLoggedErrors && !_cancellation.IsCancellationRequested;
    }

    private void CheckEmbedded(IEnumerable<ITaskItem> packed)
    {
        long length = packed.Sum(item => new FileInfo(item.GetMetadata("FullPath")).Length);
        if (length > MaxEmbeddedBytes)
        {
            Log.Error(BuildDiagnostics.CannotEmbed, file: null, string.Format(
                CultureInfo.InvariantCulture,
                "ModelGenWeights is Embed, and the packed weights have {0:N0} bytes where an assembly can have {1:N0} of them: publish with Append or Sidecar.",
                length,
                MaxEmbeddedBytes));
        }
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
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return TryPackOnce(model, target);
                }
                catch (ModelChangedException) when (attempt < MaxAttempts)
                {
                    Log.LogMessage(MessageImportance.High, "{0} was changed while it was being packed; it is packed again.", model.FileName);
                }
            }
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

    private bool TryPackOnce(ModelItem model, string target)
    {
        GgufFile file = GgufHeaderReader.ReadFile(model.Path);
        Recognition recognition = Architecture.Recognise(file.Header);
        if (recognition.Spec is null)
        {
            // The generator reports this where the model's class is.
            Log.LogMessage(MessageImportance.Low, "{0} is not packed: {1}.", model.FileName, recognition.Problems[0].Message);
            return false;
        }

        // The compiler has seen the snapshot. A program with the weights of another header would not load them.
        if (File.ReadAllText(Path.Combine(OutputFolder, model.SnapshotFileName)) != GgufSnapshot.Write(file.Header, model.ProjectPath))
        {
            throw new ModelGenException("the model was changed during the build, after its header was compiled; build again.");
        }

        ModelFileIdentity identity = ModelFileIdentity.Take(file);
        if (PackedSource.IsOf(identity, target))
        {
            Log.LogMessage(MessageImportance.Low, "{0} is up to date.", target);
            return true;
        }

        using FolderLock folderLock = FolderLock.Take(
            OutputFolder,
            () => Log.LogMessage(MessageImportance.High, "Packing {0}: waiting for another build that packs into {1}.", model.FileName, OutputFolder),
            _cancellation.Token);

        // Another build may have packed it meanwhile.
        if (PackedSource.IsOf(identity, target))
        {
            return true;
        }

        AtomicFile.DeleteAbandoned(target);
        PackedImage image = CreateImage(file, identity);
        PackProgress progress = new(Log, model.FileName, image.Length, ProgressInterval);
        PackedFileWriter.Write(file, identity, image, target, progress.Report, _cancellation.Token);
        PackedSource.Write(identity, target);
        progress.Finish(target);
        return true;
    }

    /// <summary>Reads the vocabulary; of a file that is no longer what its header said, that is said.</summary>
    private static PackedImage CreateImage(GgufFile file, ModelFileIdentity identity)
    {
        try
        {
            return PackedImage.Create(file);
        }
        catch (ModelGenException) when (!identity.IsStillAt(file.Path!))
        {
            throw new ModelChangedException();
        }
    }
}
