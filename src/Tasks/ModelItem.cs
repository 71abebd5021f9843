using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Templates;

namespace ModelGen.Tasks;

/// <summary>A <c>GgufModel</c> item: where the model lies, and what the files made of it are called.</summary>
internal sealed class ModelItem
{
    // Names of obj's files stay well below what file systems take, whatever ending and temporary name come behind.
    private const int MaxStemLength = 100;

    private readonly string _stem;

    private ModelItem(ITaskItem item, string path, string projectPath, string name)
    {
        Path = path;
        ProjectPath = projectPath;
        Name = name;
        FileName = System.IO.Path.GetFileName(path);
        _stem = Stem(name);

        // MSBuild runs tasks in the project's folder, to which these paths are relative.
        string headerSnapshot = item.GetMetadata("HeaderSnapshot");
        IsSnapshotCommitted = headerSnapshot.Length > 0;
        CommittedSnapshot = IsSnapshotCommitted ? System.IO.Path.GetFullPath(headerSnapshot) : path + GgufSnapshot.FileEnding;
        string chatTemplate = item.GetMetadata("ChatTemplate");
        ChatTemplate = chatTemplate.Length > 0 ? System.IO.Path.GetFullPath(chatTemplate) : null;
    }

    /// <summary>Full path of the model file.</summary>
    public string Path { get; }

    /// <summary>Path of the model as <see cref="ModelPath"/> spells it, from the project's folder where it lies in there.</summary>
    public string ProjectPath { get; }

    /// <summary>The shortest end of the path that no other model of the project has.</summary>
    public string Name { get; }

    /// <summary>The model's file name.</summary>
    public string FileName { get; }

    /// <summary>
    /// Full path of the snapshot that is kept under version control: metadata HeaderSnapshot of the item, else the model's path with
    /// the ending ".header". There need not be one.
    /// </summary>
    public string CommittedSnapshot { get; }

    /// <summary>Whether the item asks for a snapshot to commit.</summary>
    public bool IsSnapshotCommitted { get; }

    /// <summary>Full path of the project's own chat template for the model; null where the item names none.</summary>
    public string? ChatTemplate { get; }

    /// <summary>Name in obj of the snapshot for the generator.</summary>
    public string SnapshotFileName => _stem + GgufSnapshot.FileEnding;

    /// <summary>Name in obj of the chat template for the generator.</summary>
    public string TemplateFileName => _stem + ChatTemplateText.FileEnding;

    /// <summary>Name in obj of the packed weights.</summary>
    public string WeightsFileName => PackedFileName.Of(_stem);

    /// <summary>Where <c>Load()</c> looks for the packed weights, from the program's folder.</summary>
    public string WeightsTargetPath => PackedFileName.Of(Name);

    /// <summary>Reads the items of a project, each file once.</summary>
    /// <param name="items">The <c>GgufModel</c> items.</param>
    /// <param name="reportCollision">
    /// Called with an item, which is left out, and the earlier one whose packed weights would lie in the same place.
    /// </param>
    public static IReadOnlyList<ModelItem> Read(IEnumerable<ITaskItem> items, Action<ModelItem, ModelItem> reportCollision)
    {
        Dictionary<string, ITaskItem> byPath = new(StringComparer.Ordinal);
        List<string> paths = [];
        foreach (ITaskItem item in items)
        {
            string path = item.GetMetadata("FullPath");
            if (!byPath.ContainsKey(path))
            {
                byPath.Add(path, item);
                paths.Add(path);
            }
        }

        string[] projectPaths = [.. paths.Select(path => ProjectPathOf(byPath[path], path))];
        string[] names = ModelPath.Names(projectPaths);

        // Some file systems do not tell names apart by their case; a project builds the same on all of them.
        Dictionary<string, ModelItem> byWeights = new(StringComparer.OrdinalIgnoreCase);
        List<ModelItem> models = [];
        for (int i = 0; i < names.Length; i++)
        {
            ModelItem model = new(byPath[paths[i]], paths[i], projectPaths[i], names[i]);
            if (byWeights.TryGetValue(model.WeightsTargetPath, out ModelItem? earlier))
            {
                reportCollision(model, earlier);
            }
            else
            {
                byWeights.Add(model.WeightsTargetPath, model);
                models.Add(model);
            }
        }

        return models;
    }

    /// <summary>
    /// A relative path as the project has it. What a project names by its whole path and still has in its folder is the same on every
    /// machine from that folder on.
    /// </summary>
    private static string ProjectPathOf(ITaskItem item, string path)
    {
        string folder = Directory.GetCurrentDirectory() + System.IO.Path.DirectorySeparatorChar;
        return ModelPath.Normalise(
            path.StartsWith(folder, StringComparison.Ordinal) ? path.Substring(folder.Length)
            : System.IO.Path.IsPathRooted(item.ItemSpec) ? path
            : item.ItemSpec);
    }

    /// <summary>
    /// A file name that compilers, their command lines and all file systems take: the model's, with a hash of it where it has anything
    /// else than letters, digits, '.', '_' and '-'. Nobody reads a name back from it; names are written inside of the files.
    /// </summary>
    private static string Stem(string name)
    {
        StringBuilder stem = new();
        foreach (char character in name)
        {
            stem.Append(GgufText.IsBare(character) ? character : '_');
        }

        if (stem.Length <= MaxStemLength && stem.ToString() == name)
        {
            return name;
        }

        stem.Length = Math.Min(stem.Length, MaxStemLength);
        return $"{stem}-{(uint)XxHash64.Hash(Encoding.UTF8.GetBytes(name)):x8}";
    }
}
