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

    public TaskFolder() => Directory.CreateDirectory(Path.Combine(Root, "models"));

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "ModelGen." + Path.GetRandomFileName());

    public string Output => Path.Combine(Root, "obj", "modelgen");

    public string Snapshot => Path.Combine(Output, "tiny.gguf.header");

    public string Weights => Path.Combine(Output, "tiny.weights");

    /// <summary>Names of the files in the output folder.</summary>
    public string[] OutputFiles => Directory.Exists(Output) ? [.. Directory.GetFiles(Output).Select(path => Path.GetFileName(path)).Order()] : [];

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

    /// <summary>Writes a model with a time in the past, so that what is made of it now is newer, whatever the file system's clock.</summary>
    public string WriteModel(byte[] content, string fileName = "tiny.gguf")
    {
        string path = Path.Combine(Root, "models", fileName);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-10));
        return path;
    }

    public static ITaskItem Item(string path, string headerSnapshot = "")
    {
        TaskItem item = new(path);
        item.SetMetadata("HeaderSnapshot", headerSnapshot);
        return item;
    }

    public SnapshotGgufHeader SnapshotTask(RecordingBuildEngine engine, params ITaskItem[] models) =>
        new() { BuildEngine = engine, Models = models, OutputFolder = Output };

    public PackWeights PackTask(RecordingBuildEngine engine, params ITaskItem[] models) =>
        new() { BuildEngine = engine, Models = models, OutputFolder = Output };

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
