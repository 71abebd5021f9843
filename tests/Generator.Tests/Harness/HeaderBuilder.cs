using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Gguf;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>Makes the header of a model of any architecture, setting by setting and tensor by tensor.</summary>
internal sealed class HeaderBuilder
{
    private const long DataOffset = 64 * 1024 * 1024;

    private readonly List<GgufMetadata> _metadata = [];
    private readonly List<GgufTensor> _tensors = [];
    private readonly string _architecture;
    private readonly FileMix _mix;
    private readonly int _layers;
    private readonly bool _isTied;
    private int _layer;
    private long _offset;

    /// <param name="architecture">general.architecture.</param>
    /// <param name="mix">Formats of the matrices.</param>
    /// <param name="layers">Layers.</param>
    /// <param name="embedding">Floats of x.</param>
    /// <param name="vocabulary">Tokens.</param>
    /// <param name="isTied">Whether the head is the embedding.</param>
    public HeaderBuilder(string architecture, FileMix mix, int layers, int embedding, int vocabulary, bool isTied)
    {
        (_architecture, _mix, _layers, _isTied) = (architecture, mix, layers, isTied);
        Embedding = embedding;
        _metadata.Add(new GgufMetadata("general.architecture", TestModel.Text(architecture)));
        _metadata.Add(new GgufMetadata("tokenizer.ggml.model", TestModel.Text("llama")));
        _metadata.Add(new GgufMetadata("tokenizer.ggml.tokens", TestModel.Tokens(vocabulary)));
        Set("context_length", 131072).Set("embedding_length", embedding).Set("block_count", layers);
        Set("attention.layer_norm_rms_epsilon", 1e-6f);
        Matrix("token_embd", embedding, vocabulary).Vector("output_norm", embedding);
        if (!isTied)
        {
            Matrix("output", embedding, vocabulary);
        }
    }

    /// <summary>Floats of x.</summary>
    public int Embedding { get; }

    /// <summary>Sets a setting of the architecture.</summary>
    public HeaderBuilder Set(string key, object value)
    {
        _metadata.Add(new GgufMetadata($"{_architecture}.{key}", value switch
        {
            int number => TestModel.Integer(number),
            float number => TestModel.Real(number),
            string text => TestModel.Text(text),
            bool flag => Flag(flag),
            int[] numbers => Array(GgufValueType.UInt32, numbers.Select(number => TestModel.Integer(number))),
            bool[] flags => Array(GgufValueType.Bool, flags.Select(Flag)),
            _ => throw new ArgumentException($"Settings have no type {value.GetType()}.", nameof(value)),
        }));
        return this;
    }

    /// <summary>Says which tensors each layer has.</summary>
    public HeaderBuilder ForEachLayer(Action<int> add)
    {
        for (_layer = 0; _layer < _layers; _layer++)
        {
            add(_layer);
        }

        return this;
    }

    /// <summary>A matrix, or a stack of them, whose name begins with a dot where it is the current layer's.</summary>
    public HeaderBuilder Matrix(string name, int columns, int rows, int count = 1)
    {
        string tensor = NameOf(name) + ".weight";
        int type = _mix.TypeOf(new FileMix.Place(tensor, columns, _layer, _layers, _isTied));
        return Add(TestModel.Tensor(tensor, type, count == 1 ? [columns, rows] : [columns, rows, count]));
    }

    /// <summary>A vector or small table of floats, with its whole name.</summary>
    public HeaderBuilder Table(string name, params long[] shape) => Add(TestModel.Tensor(NameOf(name), TestModel.F32, shape));

    /// <summary>The same, of weights.</summary>
    public HeaderBuilder Vector(string name, params long[] shape) => Table(name + ".weight", shape);

    /// <summary>Vectors of one length.</summary>
    public HeaderBuilder Vectors(int length, params string[] names)
    {
        foreach (string name in names)
        {
            Vector(name, length);
        }

        return this;
    }

    /// <summary>Gate, up and down of a network, with an ending such as <c>_exps</c>.</summary>
    public HeaderBuilder Network(int hidden, string ending = "", int count = 1, bool isGated = true)
    {
        if (isGated)
        {
            Matrix(".ffn_gate" + ending, Embedding, hidden, count);
        }

        return Matrix(".ffn_up" + ending, Embedding, hidden, count).Matrix(".ffn_down" + ending, hidden, Embedding, count);
    }

    /// <summary>The header.</summary>
    public GgufHeader Header => new(
        3, DataOffset + _offset, GgufLimits.DefaultAlignment, DataOffset, new string('0', 64), _metadata.ToEquatableArray(), _tensors.ToEquatableArray());

    private string NameOf(string name) => name.StartsWith('.') ? "blk." + _layer.ToString(CultureInfo.InvariantCulture) + name : name;

    private HeaderBuilder Add(GgufTensor tensor)
    {
        _tensors.Add(tensor with { Offset = _offset });
        _offset += (TestModel.BytesOf(tensor) + GgufLimits.DefaultAlignment - 1) / GgufLimits.DefaultAlignment * GgufLimits.DefaultAlignment;
        return this;
    }

    private static GgufValue Flag(bool flag) => new(GgufValueType.Bool, Integer: flag ? 1 : 0);

    private static GgufValue Array(GgufValueType type, IEnumerable<GgufValue> elements)
    {
        GgufValue[] all = [.. elements.Select(element => element with { Type = type })];
        return new GgufValue(GgufValueType.Array, Array: new GgufArray(type, all.Length, new string('0', 64), all.ToEquatableArray()));
    }
}
