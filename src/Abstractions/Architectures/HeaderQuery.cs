using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>
/// Asks a header for what a recogniser needs and notes what is wrong. It remembers what was asked for, so that a setting or a tensor
/// that nobody asked for is reported instead of being passed over.
/// </summary>
internal sealed class HeaderQuery
{
    // Far above every model there is, and low enough that products of two sizes fit in 64 bits.
    private const int MaxSize = 1 << 24;

    private readonly GgufHeader _header;
    private readonly Dictionary<string, GgufValue> _metadata;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private readonly HashSet<string> _askedKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askedTensors = new(StringComparer.Ordinal);
    private readonly List<SpecProblem> _problems = [];

    public HeaderQuery(GgufHeader header, string architecture)
    {
        _header = header;
        Architecture = architecture;
        _metadata = header.Metadata.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    public string Architecture { get; }

    public IReadOnlyList<SpecProblem> Problems => _problems;

    /// <summary>Elements of all tensors of the file.</summary>
    public long ParameterCount => _header.Tensors.Sum(tensor => tensor.ElementCount);

    public bool HasTensor(string name) => _tensors.ContainsKey(name);

    /// <summary>Whether the file has a matrix of so many rows.</summary>
    public bool HasRows(string name, long rows) =>
        _tensors.TryGetValue(name, out GgufTensor? tensor) && tensor.Shape.Count == 2 && tensor.Shape[1] == rows;

    /// <summary>Whether the architecture has this setting.</summary>
    public bool HasSetting(string suffix) => _metadata.ContainsKey(Key(suffix));

    /// <summary>A positive integer setting of the architecture; <paramref name="fallback"/> where it may be absent.</summary>
    public int Size(string suffix, int? fallback = null)
    {
        string key = Key(suffix);
        _askedKeys.Add(key);
        if (!_metadata.TryGetValue(key, out GgufValue? value))
        {
            // What others give is no size where they do not fit together: 8 heads of 4 elements, a vocabulary of no tokens.
            return fallback is > 0 ? fallback.Value : Bad(key, "is missing");
        }

        if (!value.IsInteger)
        {
            return Bad(key, $"must be an integer, not {Describe(value)}");
        }

        return value.Integer is > 0 and <= MaxSize ? (int)value.Integer : Bad(key, $"must be from 1 to {MaxSize}, not {Describe(value)}");
    }

    /// <summary>An integer setting of the architecture that may be 0; <paramref name="fallback"/> where it is absent.</summary>
    public int SizeOrZero(string suffix, int fallback = 0)
    {
        string key = Key(suffix);
        bool isZero = _metadata.TryGetValue(key, out GgufValue? value) ? value.IsInteger && value.Integer == 0 : fallback == 0;
        if (!isZero)
        {
            return Size(suffix, fallback);
        }

        _askedKeys.Add(key);
        return 0;
    }

    /// <summary>A setting that is true or false; <paramref name="fallback"/> where it may be absent.</summary>
    public bool Flag(string suffix, bool? fallback = null)
    {
        string key = Key(suffix);
        _askedKeys.Add(key);
        if (!_metadata.TryGetValue(key, out GgufValue? value))
        {
            return fallback ?? Bad(key, "is missing") != 0;
        }

        if (value.Type != GgufValueType.Bool)
        {
            Bad(key, $"must be true or false, not {Describe(value)}");
        }

        return value.Integer != 0;
    }

    /// <summary>A setting that is a word; <paramref name="fallback"/> where it is absent.</summary>
    public string Word(string suffix, string fallback)
    {
        string key = Key(suffix);
        _askedKeys.Add(key);
        return _metadata.TryGetValue(key, out GgufValue? value) ? Describe(value) : fallback;
    }

    /// <summary>Rows of <paramref name="heads"/> heads, the setting that <paramref name="suffix"/> names.</summary>
    public int HeadRows(string suffix, int heads, int headDimension)
    {
        long rows = (long)heads * headDimension;
        return rows <= MaxSize ? (int)rows : Bad(Key(suffix), $"is {heads}; with heads of {headDimension} that makes {rows} rows, and at most {MaxSize} are supported");
    }

    /// <summary>
    /// Number of layers whose tensors are worth asking for: block_count, or 1 where something is already wrong, because one layer names
    /// what is wrong with all of them, and never more than the file has tensors.
    /// </summary>
    public int LayerCount()
    {
        int layers = Size("block_count");
        if (layers > _header.Tensors.Count)
        {
            layers = Bad(Key("block_count"), $"is {layers}, but the file has only {_header.Tensors.Count} tensors");
        }

        return _problems.Count == 0 ? layers : 1;
    }

    /// <summary>Tokens of the vocabulary: what the tokenizer has. A vocab_size beside it must agree, or ids would have no text.</summary>
    public int VocabularySize()
    {
        long count = _metadata.TryGetValue("tokenizer.ggml.tokens", out GgufValue? value) ? value.Array?.Count ?? 0 : 0;
        int tokens = (int)Math.Min(count, MaxSize);
        int size = Size("vocab_size", tokens);
        return size == tokens || tokens == 0 ? size : Bad(Key("vocab_size"), $"is {size}, but the tokenizer has {tokens} tokens");
    }

    /// <summary>A positive real setting of the architecture; <paramref name="fallback"/> where it may be absent.</summary>
    public float Real(string suffix, float? fallback = null) => Real(Key(suffix), fallback, mayBeZero: false);

    /// <summary>A real setting that is 0 or positive, and 0 where it is absent.</summary>
    public float RealOrZero(string suffix) => Real(Key(suffix), 0f, mayBeZero: true);

    /// <summary>
    /// Real numbers, one a layer, or one for all layers, under a key that has no architecture before it (xielu.beta).
    /// </summary>
    /// <param name="key">The whole key.</param>
    /// <param name="layers">Layers of the model.</param>
    public float[] RealsOfLayers(string key, int layers)
    {
        _askedKeys.Add(key);
        GgufValue? value = _metadata.TryGetValue(key, out GgufValue? found) ? found : null;
        if (value is { IsReal: true })
        {
            return Enumerable.Repeat((float)value.Real, layers).ToArray();
        }

        if (value?.Array is { HasElements: true, ElementType: GgufValueType.Float32 } array && array.Count >= layers)
        {
            return array.Elements.Take(layers).Select(element => (float)element.Real).ToArray();
        }

        Bad(key, value is null ? "is missing" : $"must have a real number for each of {layers} layers, not {Describe(value)}");
        return new float[layers];
    }

    /// <summary>Truth values, one a layer, or the period of a pattern whose last layer is the exception.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="period">Period where the file has none; 0: no layer is true.</param>
    public bool[] PatternOfLayers(string suffix, int layers, int period)
    {
        string key = Key(suffix);
        if (_metadata.TryGetValue(key, out GgufValue? value) && value.Array is GgufArray array)
        {
            _askedKeys.Add(key);
            if (!array.HasElements || array.ElementType != GgufValueType.Bool || array.Count < layers)
            {
                Bad(key, $"must have true or false for each of {layers} layers, not {Describe(value)}");
                return new bool[layers];
            }

            return array.Elements.Take(layers).Select(element => element.Integer != 0).ToArray();
        }

        int found = SizeOrZero(suffix, period);
        return Enumerable.Range(0, layers).Select(layer => found != 0 && layer % found < found - 1).ToArray();
    }

    /// <summary>A setting that changes the computation and is supported only with the value <paramref name="supported"/> or absent.</summary>
    public void Only(string suffix, params string[] supported)
    {
        string key = Key(suffix);
        _askedKeys.Add(key);
        if (_metadata.TryGetValue(key, out GgufValue? value) && !supported.Contains(Describe(value), StringComparer.Ordinal))
        {
            Add(SpecProblemKind.UnsupportedSetting, key, Describe(value));
        }
    }

    /// <summary>Settings that do not change what is computed.</summary>
    public void Ignore(params string[] suffixes) => _askedKeys.UnionWith(suffixes.Select(Key));

    public string Text(string key, string fallback) =>
        _metadata.TryGetValue(key, out GgufValue? value) && !string.IsNullOrWhiteSpace(value.Text) ? value.Text! : fallback;

    /// <summary>A matrix [columns, rows] in a format that is compiled.</summary>
    public TensorSpec Matrix(string name, int columns, int rows) => Tensor(name, columns, rows, [columns, rows]);

    /// <summary>A vector that the file may have or not, as <paramref name="presence"/> says.</summary>
    public TensorSpec? Vector(string name, int length, Presence presence) =>
        presence == Presence.Required || (presence == Presence.Optional && HasTensor(name)) ? Vector(name, length) : null;

    /// <summary>A vector, kept as floats.</summary>
    public TensorSpec Vector(string name, int length) => Vector(name, length, [length]);

    /// <summary>Values of a shape with more than one dimension as one vector, kept as floats.</summary>
    public TensorSpec Vector(string name, int length, long[] shape)
    {
        TensorSpec vector = Tensor(name, length, 1, shape);
        if (vector.Format is { Activation: not ActivationFormat.Float32 } format)
        {
            Add(SpecProblemKind.UnsupportedFormat, name, format.Name, "F32, F16");
        }

        return vector;
    }

    /// <summary>Notes a setting that is understood and not compiled.</summary>
    public void RefuseSetting(string suffix, string value) => Add(SpecProblemKind.UnsupportedSetting, Key(suffix), value);

    /// <summary>Notes that the settings do not fit together.</summary>
    public void Refuse(string suffix, string what) => Bad(Key(suffix), what);

    /// <summary>Reports every setting of the architecture and every tensor that was not asked for.</summary>
    public void RefuseTheRest()
    {
        foreach (GgufMetadata entry in _header.Metadata)
        {
            if (entry.Key.StartsWith(Architecture + ".", StringComparison.Ordinal) && !_askedKeys.Contains(entry.Key))
            {
                Add(SpecProblemKind.UnsupportedSetting, entry.Key, Describe(entry.Value));
            }
        }

        foreach (GgufTensor tensor in _header.Tensors)
        {
            if (!_askedTensors.Contains(tensor.Name))
            {
                Add(SpecProblemKind.UnknownTensor, tensor.Name, Architecture);
            }
        }
    }

    private TensorSpec Tensor(string name, int columns, int rows, long[] shape)
    {
        _askedTensors.Add(name);
        if (!_tensors.TryGetValue(name, out GgufTensor? tensor))
        {
            Add(SpecProblemKind.MissingTensor, name, Describe(shape));
            return new TensorSpec(name, 0, columns, rows);
        }

        // Where a size is wrong, every shape that follows from it would be reported beside it.
        bool knowsShape = _problems.All(problem => problem.Kind != SpecProblemKind.BadMetadata);
        if (knowsShape && !tensor.Shape.SequenceEqual(shape))
        {
            Add(SpecProblemKind.WrongShape, name, Describe(tensor.Shape), Describe(shape));
        }
        else if (TensorFormat.Find(tensor.TypeId) is null)
        {
            string supported = string.Join(", ", TensorFormat.All.Select(format => format.Name));
            Add(SpecProblemKind.UnsupportedFormat, name, GgmlType.NameOf(tensor.TypeId), supported);
        }

        return new TensorSpec(name, tensor.TypeId, columns, rows);
    }

    private float Real(string key, float? fallback, bool mayBeZero)
    {
        _askedKeys.Add(key);
        if (!_metadata.TryGetValue(key, out GgufValue? value))
        {
            return fallback ?? Bad(key, "is missing");
        }

        float real = (float)value.Real;
        return value.IsReal && (real > 0 || (mayBeZero && real == 0)) && !float.IsInfinity(real)
            ? real
            : Bad(key, $"must be a positive number, not {Describe(value)}");
    }

    private string Key(string suffix) => Architecture + "." + suffix;

    private int Bad(string key, string what)
    {
        Add(SpecProblemKind.BadMetadata, key, what);
        return 1;
    }

    private void Add(SpecProblemKind kind, params string[] arguments) => _problems.Add(SpecProblem.Create(kind, arguments));

    private static string Describe(IEnumerable<long> shape) =>
        "[" + string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture))) + "]";

    private static string Describe(GgufValue value) => value switch
    {
        { Type: GgufValueType.Bool } => value.Integer != 0 ? "true" : "false",
        { Text: string text } => text,
        { Array: GgufArray array } => $"an array of {array.Count}",
        { IsReal: true } => value.Real.ToString("R", CultureInfo.InvariantCulture),
        _ => value.Integer.ToString(CultureInfo.InvariantCulture),
    };
}
