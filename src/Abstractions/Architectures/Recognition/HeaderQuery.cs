using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Gguf;
using ModelGen.Vocabularies;

namespace ModelGen.Architectures;

/// <summary>
/// Asks a header for what a recogniser needs and notes what is wrong. It remembers what was asked for, so that a setting or a tensor
/// that nobody asked for is reported instead of being passed over, and what it answered, which is all that a spec is made of.
/// </summary>
internal sealed partial class HeaderQuery
{
    // Far above every model there is, and low enough that products of two sizes fit in 64 bits.
    private const int MaxSize = 1 << 24;

    private readonly GgufHeader _header;
    private readonly Dictionary<string, GgufValue> _metadata;
    private readonly Dictionary<string, GgufTensor> _tensors;
    private readonly long? _layers;
    private readonly HashSet<string> _askedKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refusedKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _askedTensors = new(StringComparer.Ordinal);
    private readonly List<string> _ignoredGroups = [];
    private readonly List<string> _ignoredTensors = [];
    private readonly HashSet<string> _answers = new(StringComparer.Ordinal);
    private readonly List<SpecProblem> _problems = [];
    private readonly HashSet<SpecProblem> _knownProblems = [];
    private bool _knowsSizes = true;

    public HeaderQuery(GgufHeader header, string architecture)
    {
        _header = header;
        Architecture = architecture;
        _metadata = header.Metadata.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _layers = _metadata.TryGetValue(Key("block_count"), out GgufValue? count) && count.IsInteger ? count.Integer : null;
    }

    public string Architecture { get; }

    public IReadOnlyList<SpecProblem> Problems => _problems;

    /// <summary>
    /// What was answered so far, a line a question: the key and the value that it stands for, whether the file has it, leaves it to a default
    /// or writes it once a layer. Two headers with the same answers and tensors have the same spec.
    /// </summary>
    public IReadOnlyCollection<string> Answers => _answers;

    /// <summary>Elements of all tensors of the file.</summary>
    public long ParameterCount => _header.Tensors.Sum(tensor => tensor.ElementCount);

    /// <summary>Whether the file has a setting of the architecture.</summary>
    public bool HasSetting(string suffix) => _metadata.ContainsKey(Key(suffix));

    public bool HasTensor(string name) => _tensors.ContainsKey(name);

    /// <summary>Whether the file has a matrix of so many rows.</summary>
    public bool HasRows(string name, long rows) => _tensors.TryGetValue(name, out GgufTensor? tensor) && tensor.HasShape(tensor.Shape[0], rows);

    /// <summary>Whether the file has a tensor of this shape.</summary>
    public bool HasShape(string name, params long[] shape) => _tensors.TryGetValue(name, out GgufTensor? tensor) && tensor.HasShape(shape);

    /// <summary>A positive integer setting of the architecture; <paramref name="fallback"/> where it may be absent.</summary>
    public int Size(string suffix, int? fallback = null) => Answer(Key(suffix), FindSize(Key(suffix), fallback));

    /// <summary>An integer setting of the architecture that may be 0; <paramref name="fallback"/> where it is absent.</summary>
    public int SizeOrZero(string suffix, int fallback = 0)
    {
        string key = Key(suffix);
        GgufValue? value = Find(key);
        bool isZero = value is null ? fallback == 0 : value.IsInteger && value.Integer == 0;
        return Answer(key, isZero ? 0 : FindSize(key, fallback));
    }

    /// <summary>An integer setting of the architecture where 0 stands for another, as its absence does.</summary>
    public int SizeOrElse(string suffix, int other) => SizeOrZero(suffix) is > 0 and int size ? size : other;

    /// <summary>A size that changes the computation and is supported only with one value.</summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="supported">The value.</param>
    /// <param name="fallback">What it is where it is absent.</param>
    /// <param name="reason">Why it must have the value, for the message where it is absent.</param>
    public void OnlySize(string suffix, int supported, int fallback, string reason)
    {
        string key = Key(suffix);
        GgufValue? value = Find(key);
        if (value is null && fallback != supported)
        {
            Bad(key, $"is missing; it must be {supported}, {reason}");
        }
        else if (value is not null && !(value.IsInteger && value.Integer == supported))
        {
            Add(SpecProblemKind.UnsupportedSetting, key, Describe(value));
        }
    }

    /// <summary>A setting that is true or false; <paramref name="fallback"/> where it may be absent.</summary>
    public bool Flag(string suffix, bool? fallback = null)
    {
        string key = Key(suffix);
        GgufValue? value = Find(key);
        if (value is null)
        {
            return Answer(key, fallback ?? Bad(key, "is missing") != 0);
        }

        if (value.Type != GgufValueType.Bool)
        {
            Bad(key, $"must be true or false, not {Describe(value)}");
        }

        return Answer(key, value.Integer != 0);
    }

    /// <summary>A setting that is a word; <paramref name="fallback"/> where it is absent.</summary>
    public string Word(string suffix, string fallback)
    {
        string key = Key(suffix);
        return Answer(key, Find(key) is GgufValue value ? Describe(value) : fallback);
    }

    /// <summary>Rows of <paramref name="heads"/> heads, the setting that <paramref name="suffix"/> names.</summary>
    public int HeadRows(string suffix, int heads, int headDimension)
    {
        long rows = (long)heads * headDimension;
        return rows <= MaxSize ? (int)rows : Bad(Key(suffix), $"is {heads}; with heads of {headDimension} that makes {rows} rows, and at most {MaxSize} are supported");
    }

    /// <summary>
    /// Number of layers whose tensors are worth asking for: the setting's, or 1 where something is already wrong, because one layer names
    /// what is wrong with all of them, and never more than the file has tensors.
    /// </summary>
    /// <param name="suffix">The setting.</param>
    public int LayerCount(string suffix)
    {
        int layers = Size(suffix);
        if (layers > _header.Tensors.Count)
        {
            layers = Bad(Key(suffix), $"is {layers}, but the file has only {_header.Tensors.Count} tensors");
        }

        return _problems.Count == 0 ? layers : 1;
    }

    /// <summary>
    /// Tokens of the vocabulary: what the tokenizer has, and a vocab_size beside it must agree, or ids would have no text. A file without a
    /// tokenizer says it by vocab_size, or by the rows of its embedding.
    /// </summary>
    /// <param name="embedding">Name of the embedding.</param>
    public int VocabularySize(string embedding)
    {
        long count = VocabularyKeys.TokenCountOf(_header);
        if (count == 0 && _tensors.TryGetValue(embedding, out GgufTensor? tensor) && tensor.Shape.Count > 1)
        {
            return Size("vocab_size", (int)Math.Min(tensor.Shape[1], MaxSize));
        }

        int tokens = (int)Math.Min(count, MaxSize);
        int size = Size("vocab_size", tokens);
        return size == tokens || tokens == 0 ? size : Bad(Key("vocab_size"), $"is {size}, but the tokenizer has {tokens} tokens");
    }

    /// <summary>Notes the names of the tokenizer, which code depends on: with them goes what cuts a text into words.</summary>
    public void NoteTokenizer()
    {
        if (VocabularyKeys.TokenCountOf(_header) > 0)
        {
            Answer(VocabularyKeys.ModelKey, Text(VocabularyKeys.ModelKey, ""));
            Answer(VocabularyKeys.PreTokenizerKey, Text(VocabularyKeys.PreTokenizerKey, ""));
        }
    }

    /// <summary>A positive real setting of the architecture; <paramref name="fallback"/> where it may be absent.</summary>
    public float Real(string suffix, float? fallback = null) => Answer(Key(suffix), FindReal(Key(suffix), fallback, mayBeZero: false));

    /// <summary>A real setting that is 0 or positive, and 0 where it is absent.</summary>
    public float RealOrZero(string suffix) => Answer(Key(suffix), FindReal(Key(suffix), 0f, mayBeZero: true));

    /// <summary>A factor, where 0 stands for none as 1 does; <paramref name="fallback"/> where it may be absent.</summary>
    public float Factor(string suffix, float? fallback = null)
    {
        float factor = FindReal(Key(suffix), fallback, mayBeZero: true);
        return Answer(Key(suffix), factor == 0 ? 1f : factor);
    }

    /// <summary>
    /// Sections of a head, each rotated by a position of its own: time, height and width of an image, and one more (Wang et al. 2024, Qwen2-VL). In
    /// a text the first three are the token's; the fourth must be empty.
    /// </summary>
    public void IgnoreSectionsOfText(string suffix)
    {
        string key = Key(suffix);
        if (Ask(key) is { Array: { HasElements: true, Count: 4 } sections } value && !(sections.Elements[3].IsInteger && sections.Elements[3].Integer == 0))
        {
            Add(SpecProblemKind.UnsupportedSetting, key, Describe(value));
        }
    }

    /// <summary>Settings that do not change what is computed.</summary>
    public void Ignore(params string[] suffixes) => _askedKeys.UnionWith(suffixes.Select(Key));

    /// <summary>Settings that do not change what is computed: all whose suffix starts so.</summary>
    public void IgnoreGroup(string start) => _ignoredGroups.Add(Key(start));

    /// <summary>Tensors that do not change what is computed: all whose name starts so.</summary>
    public void IgnoreTensors(string start) => _ignoredTensors.Add(start);

    public string Text(string key, string fallback) =>
        _metadata.TryGetValue(key, out GgufValue? value) && !string.IsNullOrWhiteSpace(value.Text) ? value.Text! : fallback;

    /// <summary>A matrix [columns, rows] in a format that is compiled.</summary>
    public TensorSpec Matrix(string name, int columns, int rows) => Tensor(name, columns, rows, [columns, rows]);

    /// <summary>A stack of matrices [columns, rows, count], one an expert.</summary>
    public TensorSpec Stack(string name, int columns, int rows, int count) =>
        Tensor(name, columns, rows, [columns, rows, count]) with { Count = count, Pitch = (long)columns * rows };

    /// <summary>A stack of vectors [length, count], kept as floats, that the file may have or not.</summary>
    public TensorSpec? Stack(string name, int length, int count, Presence presence) =>
        presence == Presence.Required || (presence == Presence.Optional && HasTensor(name))
            ? Vector(name, length, [length, count]) with { Count = count, Pitch = length }
            : null;

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

    /// <summary>A table of at least one row, as many as the file has; null where it has none, and may have none.</summary>
    public TensorSpec? Table(string name, int columns, Presence presence)
    {
        if (presence == Presence.Absent || (presence == Presence.Optional && !HasTensor(name)))
        {
            return null;
        }

        int rows = _tensors.TryGetValue(name, out GgufTensor? tensor) && tensor.ElementCount / Math.Max(columns, 1) is > 0 and <= MaxSize and long count ? (int)count : 1;
        return HasShape(name, columns) ? Tensor(name, columns, 1, [columns]) : Tensor(name, columns, rows, [columns, rows]);
    }

    /// <summary>How the vectors of tokens become one; nothing is answered where a decoder's do not.</summary>
    public PoolingKind Pooling(PoolingKind fallback, bool isEncoder)
    {
        string key = Key("pooling_type");
        long kind = Ask(key) is { IsInteger: true } value ? value.Integer : (long)fallback;
        if (kind is < (long)PoolingKind.None or > (long)PoolingKind.Rank)
        {
            Bad(key, $"must be from {(int)PoolingKind.None} to {(int)PoolingKind.Rank}, not {kind}");
            return fallback;
        }

        if (isEncoder || kind != (long)PoolingKind.None)
        {
            Answer(key, (int)kind);
        }

        return (PoolingKind)kind;
    }

    /// <summary>Notes a setting that is understood and not compiled.</summary>
    public void RefuseSetting(string suffix, string value) => Add(SpecProblemKind.UnsupportedSetting, Key(suffix), value);

    /// <summary>Notes that the settings do not fit together; of one that was refused already, nothing is known.</summary>
    public void Refuse(string suffix, string what)
    {
        if (_refusedKeys.Count == 0)
        {
            Bad(Key(suffix), what);
        }
    }

    /// <summary>
    /// Reports every setting of the architecture that was not asked for and asks for something, before what follows from it (a mixture of
    /// experts lacks the tensors of a dense network), and then every tensor that was not asked for.
    /// </summary>
    /// <param name="spec">What the model computes, but for missing tensors.</param>
    public void RefuseTheRest(ModelSpec spec)
    {
        if (!_knowsSizes)
        {
            return;
        }

        List<SpecProblem> found = [.. _problems];
        _problems.Clear();
        string prefix = Key("");
        foreach (GgufMetadata entry in _header.Metadata)
        {
            if (entry.Key.StartsWith(prefix, StringComparison.Ordinal)
                && !_askedKeys.Contains(entry.Key)
                && !_ignoredGroups.Exists(start => entry.Key.StartsWith(start, StringComparison.Ordinal))
                && !NeutralSetting.AsksForNothing(entry.Key.Substring(prefix.Length), entry.Value, spec))
            {
                Add(SpecProblemKind.UnsupportedSetting, entry.Key, Describe(entry.Value));
            }
        }

        _problems.AddRange(found);
        foreach (GgufTensor tensor in _header.Tensors)
        {
            if (found.Count == 0
                && !_askedTensors.Contains(tensor.Name)
                && !_ignoredTensors.Exists(start => tensor.Name.StartsWith(start, StringComparison.Ordinal)))
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
        if (_knowsSizes && !tensor.HasShape(shape))
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

    private int FindSize(string key, int? fallback)
    {
        GgufValue? value = Find(key);
        if (value is null)
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

    private float FindReal(string key, float? fallback, bool mayBeZero)
    {
        GgufValue? value = Find(key);
        if (value is null)
        {
            return fallback ?? Bad(key, "is missing");
        }

        float real = (float)value.Real;
        return value.IsReal && (real > 0 || (mayBeZero && real == 0)) && !float.IsInfinity(real)
            ? real
            : Bad(key, $"must be a positive number, not {Describe(value)}");
    }

    /// <summary>
    /// A setting that is one for all layers. A file may write it once a layer, as converters do for every model of a family in which layers
    /// differ; where they do, the setting is refused and null, as if it were absent.
    /// </summary>
    private GgufValue? Find(string key)
    {
        GgufValue? value = Ask(key);
        if (value is not { Type: GgufValueType.Array, Array: GgufArray array } || _layers is not long layers)
        {
            return value;
        }

        if (array.Count != layers || layers == 0)
        {
            return RefuseArray(() => Bad(key, $"has {array.Count} entries, {Describe(value)}, where the model has {layers} layers"));
        }

        if (!array.HasElements)
        {
            return RefuseArray(() => Bad(key, $"has {array.Count} entries; settings of each layer are read for up to {GgufArray.MaxKeptElements} layers"));
        }

        return array.Elements.All(element => element == array.Elements[0])
            ? array.Elements[0]
            : RefuseArray(() => Add(SpecProblemKind.UnsupportedSetting, key, Describe(value) + " (layers that differ)"));

        GgufValue? RefuseArray(Action add)
        {
            if (!_refusedKeys.Contains(key))
            {
                add();
                _refusedKeys.Add(key);
                _knowsSizes = false;
            }

            return null;
        }
    }

    /// <summary>The value of a key as the file has it, which is asked for with this.</summary>
    private GgufValue? Ask(string key)
    {
        _askedKeys.Add(key);
        return _metadata.TryGetValue(key, out GgufValue? value) ? value : null;
    }

    private int Answer(string key, int value)
    {
        _answers.Add(key + " " + value.ToString(CultureInfo.InvariantCulture));
        return value;
    }

    private float Answer(string key, float value)
    {
        _answers.Add(key + " " + Spelled(value));
        return value;
    }

    private bool Answer(string key, bool value)
    {
        _answers.Add(key + " " + Spelled(value));
        return value;
    }

    private string Answer(string key, string value)
    {
        _answers.Add(key + " " + GgufText.Quoted(value));
        return value;
    }

    private string Key(string suffix) => Architecture + "." + suffix;

    /// <summary>Notes what is wrong with a key, but for one that was refused already.</summary>
    private int Bad(string key, string what)
    {
        _knowsSizes = false;
        if (!_refusedKeys.Contains(key))
        {
            Add(SpecProblemKind.BadMetadata, key, what);
        }

        return 1;
    }

    /// <summary>Notes a problem, once.</summary>
    private void Add(SpecProblemKind kind, params string[] arguments)
    {
        SpecProblem problem = SpecProblem.Create(kind, arguments);
        if (_knownProblems.Add(problem))
        {
            _problems.Add(problem);
        }
    }

    private static string Spelled(bool value) => value ? "true" : "false";

    // By its bits, so that no runtime's spelling of numbers matters.
    private static string Spelled(float value) => BitConverter.DoubleToInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture);

    private static string Describe(IEnumerable<long> shape) =>
        "[" + string.Join(", ", shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture))) + "]";

    private static string Describe(GgufValue value) => value switch
    {
        { Type: GgufValueType.Bool } => value.Integer != 0 ? "true" : "false",
        { Text: string text } => text,
        { Array: { HasElements: true } array } => "[" + string.Join(", ", array.Elements.Select(Describe)) + "]",
        { Array: GgufArray array } => $"an array of {array.Count}",
        { IsReal: true } => value.Real.ToString("R", CultureInfo.InvariantCulture),
        _ => value.Integer.ToString(CultureInfo.InvariantCulture),
    };
}
