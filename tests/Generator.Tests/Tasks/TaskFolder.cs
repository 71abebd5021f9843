using System;
using System.IO;
using System.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using ModelGen.Tasks;
using ModelGen.Tests.Shared;

namespace ModelGen.Generator.Tests.Tasks;

/// <summary>A folder of a project whose models are snapshotted and packed; deleted afterwards.</summary>
internal sealed class TaskFolder : IDisposable
{
    private const int Embedding = 32;
    private const int Hidden = 64;
    private const int Vocabulary = 48;

    /// <summary>When every model was written.</summary>
    public static readonly DateTime ModelTime = new(2024, 2, 29, 12, 0, 0, DateTimeKind.Utc);

    public TaskFolder() => Directory.CreateDirectory(Path.Combine(Root, "models"));

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "ModelGen." + Path.GetRandomFileName());

    public string Output => Path.Combine(Root, "obj", "modelgen");

    public string Snapshot => Path.Combine(Output, "tiny.gguf.header");

    public string Weights => Path.Combine(Output, "tiny.weights");

    /// <summary>The note that says what the weights were packed of.</summary>
    public string Note => Weights + PackedSource.FileEnding;

    /// <summary>Names of the files in the output folder, but for the lock's.</summary>
    public string[] OutputFiles => Directory.Exists(Output) ? [.. Directory.GetFiles(Output).Select(path => Path.GetFileName(path)).Where(name => name != FolderLock.FileName).Order()] : [];

    /// <summary>A llama of one layer that compiles and packs.</summary>
    public static GgufWriter Tiny(string name = "tiny", string architecture = "llama")
    {
        GgufWriter writer = new GgufWriter()
            .AddString("general.architecture", architecture)
            .AddString("general.name", name)
            .AddUInt32(architecture + ".context_length", 16)
            .AddUInt32(architecture + ".embedding_length", Embedding)
            .AddUInt32(architecture + ".block_count", 1)
            .AddUInt32(architecture + ".feed_forward_length", Hidden)
            .AddUInt32(architecture + ".attention.head_count", 2)
            .AddFloat32(architecture + ".attention.layer_norm_rms_epsilon", 1e-5f)
            .AddString("tokenizer.ggml.model", "llama")
            .AddStrings("tokenizer.ggml.tokens", Enumerable.Range(0, Vocabulary).Select(id => "t" + id))
            .AddFloats("tokenizer.ggml.scores", Enumerable.Range(0, Vocabulary).Select(id => -(float)id))
            .AddInt32s("tokenizer.ggml.token_type", Enumerable.Repeat(1, Vocabulary));
        Add("token_embd.weight", Embedding, Vocabulary);
        Add("blk.0.attn_norm.weight", Embedding);
        Add("blk.0.attn_q.weight", Embedding, Embedding);
        Add("blk.0.attn_k.weight", Embedding, Embedding);
        Add("blk.0.attn_v.weight", Embedding, Embedding);
        Add("blk.0.attn_output.weight", Embedding, Embedding);
        Add("blk.0.ffn_norm.weight", Embedding);
        Add("blk.0.ffn_gate.weight", Embedding, Hidden);
        Add("blk.0.ffn_up.weight", Embedding, Hidden);
        Add("blk.0.ffn_down.weight", Hidden, Embedding);
        Add("output_norm.weight", Embedding);
        return writer;

        void Add(string tensor, params long[] shape) =>
            writer.AddTensor(tensor, shape, [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => MathF.Sin(i))]);
    }

    /// <summary>Writes a model, always with the same time: nothing may depend on it.</summary>
    public string WriteModel(byte[] content, string fileName = "tiny.gguf")
    {
        string path = Path.Combine(Root, "models", fileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, ModelTime);
        return path;
    }

    /// <summary>The same model with other weights: the header and the length stay what they are.</summary>
    public static byte[] Tuned(byte[] content)
    {
        byte[] tuned = [.. content];
        tuned[^1] ^= 1;
        return tuned;
    }

    public static ITaskItem Item(string path, string headerSnapshot = "", string chatTemplate = "")
    {
        TaskItem item = new(ItemText.Escape(path));
        item.SetMetadata("HeaderSnapshot", ItemText.Escape(headerSnapshot));
        item.SetMetadata("ChatTemplate", ItemText.Escape(chatTemplate));
        return item;
    }

    /// <summary>Packs as a build does, which has written the headers before.</summary>
    public PackWeights Pack(RecordingBuildEngine engine, params ITaskItem[] models)
    {
        SnapshotTask(engine, models).Execute();
        PackWeights task = PackTask(engine, models);
        task.Execute();
        return task;
    }

    public SnapshotGgufHeader SnapshotTask(RecordingBuildEngine engine, params ITaskItem[] models) =>
        new() { BuildEngine = engine, Models = models, OutputFolder = Output };

    public PackWeights PackTask(RecordingBuildEngine engine, params ITaskItem[] models) =>
        new() { BuildEngine = engine, Models = models, OutputFolder = Output };

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
