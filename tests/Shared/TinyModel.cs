using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ModelGen.Tests.Shared;

/// <summary>
/// A model of random weights, small enough for a test and of any shape: heads, dimensions and the format of each tensor are free.
/// Weights are drawn so that activations keep their size from layer to layer, as those of a trained model do.
/// </summary>
internal sealed record TinyModel
{
    private const int Unknown = 2;
    private const int Control = 3;
    private const int Normal = 1;
    private const int ByteType = 6;
    private const int Letters = 26;

    /// <summary>general.name, and the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>general.architecture: llama, qwen2 (biases) or qwen3 (head norms).</summary>
    public string Architecture { get; init; } = "llama";

    /// <summary>Adds rope_freqs.weight, factors that the rotation's frequencies are divided by.</summary>
    public bool HasRotaryFactors { get; init; }

    /// <summary>tokenizer.ggml.model.</summary>
    public string Tokenizer { get; init; } = "llama";

    /// <summary>tokenizer.chat_template; null for none.</summary>
    public string? ChatTemplate { get; init; }

    public int Seed { get; init; } = 1;

    public int Layers { get; init; } = 2;

    public int Embedding { get; init; } = 64;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadDimension { get; init; } = 16;

    /// <summary>Elements of a head that are rotated; all of them where null.</summary>
    public int? RotaryDimensions { get; init; }

    public float RotaryBase { get; init; } = 10000;

    public float NormEpsilon { get; init; } = 1e-5f;

    public int Hidden { get; init; } = 96;

    /// <summary>Tokens: &lt;unk&gt;, &lt;s&gt;, &lt;/s&gt;, the 256 bytes where there is room for them, "▁", the letters, numbered words.</summary>
    public int Vocabulary { get; init; } = 320;

    public int ContextLength { get; init; } = 64;

    /// <summary>The output head is the token embedding.</summary>
    public bool IsTied { get; init; }

    /// <summary>pooling_type, which makes it a model that gives vectors; null: its file does not say.</summary>
    public int? Pooling { get; init; }

    /// <summary>Labels of a ranker: rows of cls.output.weight; 0: it has none.</summary>
    public int Labels { get; init; }

    /// <summary>Whether an encoder has a head that weighs terms, whose output matrix is the token embedding.</summary>
    public bool HasTerms { get; init; }

    /// <summary>What numbered words of the vocabulary start with.</summary>
    public string Word { get; init; } = "word";

    /// <summary>Format of all matrices that <see cref="Formats"/> does not name.</summary>
    public TensorKind Format { get; init; } = TensorKind.F32;

    /// <summary>Formats of single matrices, by name: "blk.0.attn_q.weight".</summary>
    public IReadOnlyDictionary<string, TensorKind> Formats { get; init; } = new Dictionary<string, TensorKind>();

    /// <summary>The GGUF file.</summary>
    public byte[] ToArray()
    {
        GgufWriter writer = new();
        writer.AddString("general.architecture", Architecture)
            .AddString("general.name", Name)
            .AddUInt32(Architecture + ".context_length", (uint)ContextLength)
            .AddUInt32(Architecture + ".embedding_length", (uint)Embedding)
            .AddUInt32(Architecture + ".block_count", (uint)Layers)
            .AddUInt32(Architecture + ".feed_forward_length", (uint)Hidden)
            .AddUInt32(Architecture + ".attention.head_count", (uint)Heads)
            .AddUInt32(Architecture + ".attention.head_count_kv", (uint)KeyValueHeads)
            .AddUInt32(Architecture + ".attention.key_length", (uint)HeadDimension)
            .AddUInt32(Architecture + ".attention.value_length", (uint)HeadDimension)
            .AddUInt32(Architecture + ".rope.dimension_count", (uint)(RotaryDimensions ?? HeadDimension))
            .AddFloat32(Architecture + ".rope.freq_base", RotaryBase)
            .AddFloat32(Architecture + ".attention.layer_norm_rms_epsilon", NormEpsilon);
        if (Pooling is int pooling)
        {
            writer.AddUInt32(Architecture + ".pooling_type", (uint)pooling);
        }

        AddVocabulary(writer);

        Random random = new(Seed);
        int queryRows = Heads * HeadDimension;
        int keyValueRows = KeyValueHeads * HeadDimension;
        AddMatrix(writer, random, "token_embd.weight", Embedding, Vocabulary, deviation: 1);
        if (HasRotaryFactors)
        {
            AddVector(writer, random, "rope_freqs.weight", (RotaryDimensions ?? HeadDimension) / 2, mean: 4, deviation: 0.7);
        }

        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = "blk." + layer.ToString(CultureInfo.InvariantCulture) + ".";
            AddNorm(writer, random, prefix + "attn_norm.weight");
            AddMatrix(writer, random, prefix + "attn_q.weight", Embedding, queryRows);
            AddMatrix(writer, random, prefix + "attn_k.weight", Embedding, keyValueRows);
            AddMatrix(writer, random, prefix + "attn_v.weight", Embedding, keyValueRows);
            if (Architecture == "qwen2")
            {
                AddVector(writer, random, prefix + "attn_q.bias", queryRows, mean: 0, deviation: 0.5);
                AddVector(writer, random, prefix + "attn_k.bias", keyValueRows, mean: 0, deviation: 0.5);
                AddVector(writer, random, prefix + "attn_v.bias", keyValueRows, mean: 0, deviation: 0.5);
            }

            if (Architecture == "qwen3")
            {
                AddVector(writer, random, prefix + "attn_q_norm.weight", HeadDimension, mean: 1, deviation: 0.2);
                AddVector(writer, random, prefix + "attn_k_norm.weight", HeadDimension, mean: 1, deviation: 0.2);
            }

            AddMatrix(writer, random, prefix + "attn_output.weight", queryRows, Embedding);
            AddNorm(writer, random, prefix + "ffn_norm.weight");
            AddMatrix(writer, random, prefix + "ffn_gate.weight", Embedding, Hidden);
            AddMatrix(writer, random, prefix + "ffn_up.weight", Embedding, Hidden);
            AddMatrix(writer, random, prefix + "ffn_down.weight", Hidden, Embedding);
        }

        AddNorm(writer, random, "output_norm.weight");
        if (!IsTied)
        {
            AddMatrix(writer, random, "output.weight", Embedding, Vocabulary);
        }

        if (Labels > 0)
        {
            AddMatrix(writer, random, "cls.output.weight", Embedding, Labels);
        }

        if (HasTerms)
        {
            AddMatrix(writer, random, "cls.weight", Embedding, Embedding);
            AddNorm(writer, random, "cls.norm.weight");
        }

        return writer.ToArray();
    }

    private void AddVocabulary(GgufWriter writer)
    {
        List<(string Text, int Type)> tokens = [("<unk>", Unknown), ("<s>", Control), ("</s>", Control)];
        if (Vocabulary >= tokens.Count + 256 + 1 + Letters)
        {
            tokens.AddRange(Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", ByteType)));
        }

        tokens.Add(("▁", Normal));
        tokens.AddRange(Enumerable.Range('a', Letters).Select(letter => (((char)letter).ToString(), Normal)));
        for (int number = 0; tokens.Count < Vocabulary; number++)
        {
            tokens.Add((Word + number.ToString(CultureInfo.InvariantCulture), Normal));
        }

        writer.AddString("tokenizer.ggml.model", Tokenizer)
            .AddStrings("tokenizer.ggml.tokens", tokens.Take(Vocabulary).Select(token => token.Text))
            .AddFloats("tokenizer.ggml.scores", Enumerable.Range(0, Vocabulary).Select(id => -(float)id))
            .AddInt32s("tokenizer.ggml.token_type", tokens.Take(Vocabulary).Select(token => token.Type))
            .AddUInt32("tokenizer.ggml.bos_token_id", 1)
            .AddUInt32("tokenizer.ggml.eos_token_id", 2)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 0);
        if (ChatTemplate is not null)
        {
            writer.AddString("tokenizer.chat_template", ChatTemplate);
        }
    }

    // Each row's dot product with an input of size 1 has size 1, unless another deviation is given.
    private void AddMatrix(GgufWriter writer, Random random, string name, int columns, int rows, double? deviation = null)
    {
        TensorKind kind = Formats.GetValueOrDefault(name, Format);
        float[] values = Gaussians(random, columns * rows, 0, deviation ?? 1 / Math.Sqrt(columns));
        writer.AddTensor(name, (int)kind, [columns, rows], TensorQuantizer.Quantize(kind, values));
    }

    private void AddNorm(GgufWriter writer, Random random, string name) =>
        AddVector(writer, random, name, Embedding, mean: 1, deviation: 0.2);

    private static void AddVector(GgufWriter writer, Random random, string name, int length, double mean, double deviation) =>
        writer.AddTensor(name, [length], Gaussians(random, length, mean, deviation));

    // Box and Muller.
    private static float[] Gaussians(Random random, int count, double mean, double deviation) =>
        [.. Enumerable.Range(0, count).Select(_ =>
            (float)(mean + deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
}
