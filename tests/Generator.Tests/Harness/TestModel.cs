using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>
/// The header of a llama model, without any weights: tests change what they are about and take the rest as it is. Everything before the
/// compiled code runs needs no more.
/// </summary>
internal sealed record TestModel
{
    public const int F32 = 0;
    public const int F16 = 1;
    public const int Q4_0 = 2;
    public const int Q8_0 = 8;

    public string FileName { get; init; } = "tiny.gguf";

    public string Name { get; init; } = "Tiny";

    /// <summary>general.architecture; tensors that it has beside llama's are changes.</summary>
    public string ArchitectureName { get; init; } = "llama";

    public int Layers { get; init; } = 2;

    public int Embedding { get; init; } = 64;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadDimension { get; init; } = 16;

    public int Hidden { get; init; } = 96;

    public int Vocabulary { get; init; } = 80;

    public int ContextLength { get; init; } = 48;

    public KeyValueFormat KeyValueFormat { get; init; }

    /// <summary>Format of all matrices that <see cref="FormatOf"/> does not name.</summary>
    public int Format { get; init; } = Q8_0;

    /// <summary>Formats by the tensor's name.</summary>
    public Func<string, int?> FormatOf { get; init; } = _ => null;

    public bool IsTied { get; init; }

    /// <summary>Changes made to the metadata at the end: a value replaces or adds a key, null removes it.</summary>
    public IReadOnlyList<(string Key, GgufValue? Value)> Changes { get; init; } = [];

    /// <summary>Changes made to the tensors at the end: a tensor's name with its new shape or type, or null to remove it.</summary>
    public IReadOnlyList<(string Name, GgufTensor? Tensor)> TensorChanges { get; init; } = [];

    /// <summary>A model whose matrices are all of one format: its rows are whole blocks of it.</summary>
    public static TestModel Of(TensorFormat format) => format.Type.BlockLength > 32
        ? new TestModel { Format = format.Type.Id, Embedding = 256, HeadDimension = 64, Hidden = 256 }
        : new TestModel { Format = format.Type.Id };

    public GgufHeader Header
    {
        get
        {
            List<GgufMetadata> metadata =
            [
                Entry("general.architecture", Text(ArchitectureName)),
                Entry("general.name", Text(Name)),
                Entry(ArchitectureName + ".context_length", Integer(ContextLength)),
                Entry(ArchitectureName + ".embedding_length", Integer(Embedding)),
                Entry(ArchitectureName + ".block_count", Integer(Layers)),
                Entry(ArchitectureName + ".feed_forward_length", Integer(Hidden)),
                Entry(ArchitectureName + ".attention.head_count", Integer(Heads)),
                Entry(ArchitectureName + ".attention.head_count_kv", Integer(KeyValueHeads)),
                Entry(ArchitectureName + ".attention.key_length", Integer(HeadDimension)),
                Entry(ArchitectureName + ".attention.value_length", Integer(HeadDimension)),
                Entry(ArchitectureName + ".attention.layer_norm_rms_epsilon", Real(1e-5f)),
                Entry(ArchitectureName + ".rope.dimension_count", Integer(HeadDimension)),
                Entry(ArchitectureName + ".rope.freq_base", Real(10000)),
                Entry(ArchitectureName + ".vocab_size", Integer(Vocabulary)),
                Entry("tokenizer.ggml.model", Text("llama")),
                Entry("tokenizer.ggml.tokens", Tokens(Vocabulary)),
            ];
            foreach ((string key, GgufValue? value) in Changes)
            {
                int index = metadata.FindIndex(entry => entry.Key == key);
                if (index >= 0)
                {
                    metadata.RemoveAt(index);
                }

                if (value is not null)
                {
                    metadata.Insert(index < 0 ? metadata.Count : index, Entry(key, value));
                }
            }

            GgufTensor[] tensors = Place(Tensors());
            long length = DataOffset + (tensors.Length == 0 ? 0 : tensors.Max(tensor => tensor.Offset + BytesOf(tensor)));
            return new GgufHeader(
                3, length, GgufLimits.DefaultAlignment, DataOffset, new string('0', 64), metadata.ToEquatableArray(), tensors.ToEquatableArray());
        }
    }

    /// <summary>The text that the build hands to the generator.</summary>
    public string Snapshot
    {
        get
        {
            // Any text whose hash changes with the header serves as the header's bytes.
            string text = GgufSnapshot.Write(Header, FileName);
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            return GgufSnapshot.Write(Header with { HeaderHash = hash }, FileName);
        }
    }

    public ModelSpec Spec => Architecture.Recognise(Header).Spec ?? throw new InvalidOperationException(
        string.Join("; ", Architecture.Recognise(Header).Problems.Select(problem => problem.Message)));

    public ModelPlan Plan => Planner.Create(Header, Spec, FileName, Spec.ContextLength, KeyValueFormat, ChatTemplates.Of(Header).Templates);

    private long DataOffset => 64 * 1024;

    public static GgufValue Integer(long value) => new(GgufValueType.UInt32, Integer: value);

    public static GgufValue Real(float value) => new(GgufValueType.Float32, Real: value);

    public static GgufValue Text(string value) => new(GgufValueType.String, Text: value);

    /// <summary>A vocabulary as headers know it: by its count.</summary>
    public static GgufValue Tokens(int count)
    {
        IEnumerable<GgufValue> tokens = count <= GgufArray.MaxKeptElements ? Enumerable.Range(0, count).Select(id => Text("t" + id)) : [];
        return new GgufValue(GgufValueType.Array, Array: new GgufArray(GgufValueType.String, count, new string('0', 64), tokens.ToEquatableArray()));
    }

    public static GgufTensor Tensor(string name, int typeId, params long[] shape) => new(name, typeId, shape.ToEquatableArray(), Offset: 0);

    /// <summary>The same model with a changed, added or, where the value is null, removed key.</summary>
    public TestModel With(string key, GgufValue? value) => this with { Changes = [.. Changes, (key, value)] };

    /// <summary>The same model with a changed or added tensor.</summary>
    public TestModel With(GgufTensor tensor) => this with { TensorChanges = [.. TensorChanges, (tensor.Name, tensor)] };

    /// <summary>The same model without a tensor.</summary>
    public TestModel WithoutTensor(string name) => this with { TensorChanges = [.. TensorChanges, (name, null)] };

    /// <summary>Bytes of a tensor in the GGUF file.</summary>
    public static long BytesOf(GgufTensor tensor)
    {
        GgmlType type = GgmlType.Find(tensor.TypeId)!;
        return tensor.Shape.Aggregate(1L, (product, dimension) => product * dimension) / type.BlockLength * type.BlockBytes;
    }

    private static GgufMetadata Entry(string key, GgufValue value) => new(key, value);

    private static GgufTensor[] Place(IReadOnlyList<GgufTensor> tensors)
    {
        var placed = new GgufTensor[tensors.Count];
        long offset = 0;
        for (int i = 0; i < placed.Length; i++)
        {
            placed[i] = tensors[i] with { Offset = offset };
            offset += (BytesOf(tensors[i]) + GgufLimits.DefaultAlignment - 1) / GgufLimits.DefaultAlignment * GgufLimits.DefaultAlignment;
        }

        return placed;
    }

    private List<GgufTensor> Tensors()
    {
        int queryRows = Heads * HeadDimension;
        int keyValueRows = KeyValueHeads * HeadDimension;
        List<GgufTensor> tensors = [Matrix("token_embd.weight", Embedding, Vocabulary)];
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"blk.{layer}.";
            tensors.Add(Vector(prefix + "attn_norm.weight", Embedding));
            tensors.Add(Matrix(prefix + "attn_q.weight", Embedding, queryRows));
            tensors.Add(Matrix(prefix + "attn_k.weight", Embedding, keyValueRows));
            tensors.Add(Matrix(prefix + "attn_v.weight", Embedding, keyValueRows));
            tensors.Add(Matrix(prefix + "attn_output.weight", queryRows, Embedding));
            tensors.Add(Vector(prefix + "ffn_norm.weight", Embedding));
            tensors.Add(Matrix(prefix + "ffn_gate.weight", Embedding, Hidden));
            tensors.Add(Matrix(prefix + "ffn_up.weight", Embedding, Hidden));
            tensors.Add(Matrix(prefix + "ffn_down.weight", Hidden, Embedding));
        }

        tensors.Add(Vector("output_norm.weight", Embedding));
        if (!IsTied)
        {
            tensors.Add(Matrix("output.weight", Embedding, Vocabulary));
        }

        foreach ((string name, GgufTensor? tensor) in TensorChanges)
        {
            int index = tensors.FindIndex(candidate => candidate.Name == name);
            if (index >= 0)
            {
                tensors.RemoveAt(index);
            }

            if (tensor is not null)
            {
                tensors.Insert(index < 0 ? tensors.Count : index, tensor);
            }
        }

        return tensors;
    }

    private GgufTensor Matrix(string name, long columns, long rows) => Tensor(name, FormatOf(name) ?? Format, columns, rows);

    private GgufTensor Vector(string name, long length) => Tensor(name, FormatOf(name) ?? F32, length);
}
