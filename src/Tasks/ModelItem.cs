using System;
using System.Collections.Generic;
using Microsoft.Build.Framework;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>A <c>GgufModel</c> item: where the model lies, and what the files made of it are called.</summary>
internal sealed class ModelItem
{
    // The ending of a committed snapshot, and of the snapshot that the generator reads.
    private const string SnapshotEnding = ".header";

    /// <param name="path">Full path of the model file.</param>
    /// <param name="headerSnapshot">Metadata HeaderSnapshot of the item; empty where it has none.</param>
    private ModelItem(string path, string headerSnapshot)
    {
        Path = path;
        FileName = System.IO.Path.GetFileName(path);
        IsSnapshotCommitted = headerSnapshot.Length > 0;

        // MSBuild runs tasks in the project's folder, to which the path is relative.
        CommittedSnapshot = IsSnapshotCommitted ? System.IO.Path.GetFullPath(headerSnapshot) : path + SnapshotEnding;
    }

    /// <summary>Full path of the model file.</summary>
    public string Path { get; }

    /// <summary>The model's file name, by which <see cref="GgufModelAttribute"/> names it.</summary>
    public string FileName { get; }

    /// <summary>
    /// Full path of the snapshot that is kept under version control: metadata HeaderSnapshot of the item, else the model's path with
    /// the ending ".header". There need not be one.
    /// </summary>
    public string CommittedSnapshot { get; }

    /// <summary>Whether the item asks for a snapshot to commit.</summary>
    public bool IsSnapshotCommitted { get; }

    /// <summary>Name of the snapshot that the generator finds the model by.</summary>
    public string SnapshotFileName => FileName + SnapshotEnding;

    /// <summary>Name of the packed weights that <c>Load()</c> looks for beside the program: the model's, with another ending.</summary>
    public string WeightsFileName => PackedFileName.Of(FileName);

    /// <summary>Reads the items of a project, each file once.</summary>
    /// <param name="items">The <c>GgufModel</c> items.</param>
    /// <param name="reportCollision">
    /// Called with an item, which is left out, and the earlier one whose packed weights would have the same name.
    /// </param>
    public static IReadOnlyList<ModelItem> Read(IEnumerable<ITaskItem> items, Action<ModelItem, ModelItem> reportCollision)
    {
        // Some file systems do not tell names apart by their case; a project builds the same on all of them.
        Dictionary<string, ModelItem> byWeights = new(StringComparer.OrdinalIgnoreCase);
        List<ModelItem> models = [];
        foreach (ITaskItem item in items)
        {
            ModelItem model = new(item.GetMetadata("FullPath"), item.GetMetadata("HeaderSnapshot"));
            if (!byWeights.TryGetValue(model.WeightsFileName, out ModelItem? earlier))
            {
                byWeights.Add(model.WeightsFileName, model);
                models.Add(model);
            }
            else if (earlier.Path != model.Path)
            {
                reportCollision(model, earlier);
            }
        }

        return models;
    }
}
