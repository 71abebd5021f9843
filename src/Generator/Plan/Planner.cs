using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Templates;
using ModelGen.Gguf;
using ModelGen.Layout;
using ModelGen.Vocabularies;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Decides everything about a model: which steps it takes and which of them are fused, which kernels they call, how work is shared out,
/// and where buffers lie.
/// </summary>
/// <remarks>
/// The rules of fusion, in the order of a layer:
/// <list type="table">
/// <item><term>norm + quantise</term><description>one pass, where the next matrices read quantised rows</description></item>
/// <item><term>q | k | v</term><description>one matrix a run of equal formats (decided by the weight layout)</description></item>
/// <item><term>rope + append</term><description>one step, a row at a time</description></item>
/// <item><term>gate | up + activation + quantise</term><description>one step in units of 32 hidden values, where gate and up have one format</description></item>
/// <item><term>experts</term><description>their matrices over the rows that take them, in the steps of a network that all take</description></item>
/// <item><term>matrix + residual</term><description>x += W·y in the kernel itself, where nothing else is done to the branch</description></item>
/// </list>
/// </remarks>
internal sealed class Planner
{
    /// <summary>
    /// Rows of a batch at most. Enough that the weights, read once a batch, cost nothing beside the arithmetic, and few enough
    /// that a batch's activations of one matrix stay in a second-level cache; divisible by every kernel's tile.
    /// </summary>
    public const int MaxBatchRows = 192;

    /// <summary>Every tile that a K-file names divides this; shorter contexts get a batch that is a multiple of it.</summary>
    public const int TileMultiple = 48;

    private readonly ModelSpec _spec;
    private readonly WeightLayout _layout;
    private readonly Kernels _kernels;
    private readonly Buffers _buffers;
    private readonly KeyValueFormat _keyValueFormat;
    private readonly int _batchRows;
    private readonly int _textRows;
    private readonly int _contextLength;
    private readonly StatePlanner _state;
    private readonly StatePlanner _sourceState = new();
    private readonly SourcePlanner _sources;
    private readonly AttentionPatterns _patterns;
    private readonly MixerPlanner _mixers;

    private Planner(ModelSpec spec, WeightLayout layout, int contextLength, KeyValueFormat keyValueFormat)
    {
        // What an encoder remembers of a text lives as long as a layer: as floats it need not be converted twice.
        KeyValueFormat sourceFormat = keyValueFormat;
        keyValueFormat = spec.Encoder is null ? keyValueFormat : KeyValueFormat.Float32;
        _keyValueFormat = keyValueFormat;
        _spec = spec;
        _layout = layout;
        _kernels = new Kernels(WordSteps());
        _contextLength = contextLength;
        _state = new StatePlanner(isOfOneLayer: spec.Encoder is not null);

        // An encoder's batches have rows of many texts, however short they are.
        int contextRows = (contextLength + TileMultiple - 1) / TileMultiple * TileMultiple;
        _batchRows = spec.Encoder is null ? Math.Min(MaxBatchRows, contextRows) : MaxBatchRows;
        _textRows = spec.Encoder is null ? 0 : Math.Max(MaxBatchRows, contextRows);
        _buffers = new Buffers(_batchRows);
        _patterns = new AttentionPatterns(_buffers, contextLength);
        _sources = new SourcePlanner(spec.Scores, _kernels, _buffers, _sourceState, _patterns, sourceFormat, contextLength);
        var convolutions = new CausalConvolutionPlanner(_kernels, _buffers, _state);
        _mixers = new MixerPlanner(
            new AttentionPlanner(spec.Scores, spec.Rotaries, _kernels, _buffers, _state, _patterns, keyValueFormat, contextLength),
            new LatentAttentionPlanner(spec.Scores, spec.Rotaries, _kernels, _buffers, _state, _patterns, keyValueFormat, contextLength),
            new ConvolutionPlanner(_kernels, _buffers, convolutions),
            new DeltaRulePlanner(_kernels, _buffers, _state, convolutions),
            new StateSpacePlanner(_kernels, _buffers, _state, convolutions),
            new GoosePlanner(_kernels, _buffers, _state),
            new FinchPlanner(_kernels, _buffers, _state));
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="header">The header that the spec was read from.</param>
    /// <param name="spec">What to compute.</param>
    /// <param name="fileName">Name of the GGUF file.</param>
    /// <param name="contextLength">Tokens of a session; checked by the caller.</param>
    /// <param name="keyValueFormat">Format of keys and values.</param>
    /// <param name="chatTemplates">Chat templates that could be parsed.</param>
    /// <param name="sharesMemory">Whether buffers may share memory; a test compares both.</param>
    /// <param name="wordPieceRules">How a WordPiece vocabulary cuts text into words.</param>
    public static ModelPlan Create(
        GgufHeader header,
        ModelSpec spec,
        string fileName,
        int contextLength,
        KeyValueFormat keyValueFormat,
        EquatableArray<ChatTemplatePlan> chatTemplates,
        bool sharesMemory = true,
        WordPieceRules wordPieceRules = default)
    {
        WeightLayout layout = WeightLayout.Create(spec);
        PreTokenizerKind preTokenizer = PreTokenizers.Of(header, wordPieceRules);
        ModelPlan plan = new Planner(spec, layout, contextLength, keyValueFormat).Create(header, fileName, chatTemplates, sharesMemory, preTokenizer);
        return spec.Source is null ? plan : plan with
        {
            Source = new Planner(spec.Source.Encoder, layout.Source!, contextLength, keyValueFormat)
                .Create(header, fileName, EquatableArray<ChatTemplatePlan>.Empty, sharesMemory, preTokenizer),
        };
    }

    private ModelPlan Create(
        GgufHeader header,
        string fileName,
        EquatableArray<ChatTemplatePlan> chatTemplates,
        bool sharesMemory,
        PreTokenizerKind preTokenizer)
    {
        AnglesStep[] angles = [.. _spec.Rotaries.Select(PlanAngles)];
        var perLayers = new PerLayerPlanner(_kernels, _buffers, _spec.EmbeddingLength);
        var altUp = new AltUpPlanner(_kernels, _buffers, _spec.EmbeddingLength);
        Step[] beginning = [.. PlanEmbedding(), .. perLayers.PlanInputs(_spec, _layout), .. altUp.PlanStreams(_layout), .. angles];
        var feedForwards = new FeedForwardPlanner(_kernels, _buffers);
        var experts = new ExpertsPlanner(_kernels, _buffers, feedForwards, _spec.EmbeddingLength);
        var channelMixes = new ChannelMixPlanner(_kernels, _buffers, _state, feedForwards);
        var layers = new LayerPlanner(_spec, _kernels, _buffers, _mixers, feedForwards, experts, channelMixes, _sources, angles.ToEquatableArray());
        var kinds = new List<LayerKind>();
        var kindOfLayer = new List<int>();
        for (int i = 0; i < _layout.Layers.Count; i++)
        {
            // Layers that do the same steps run the same code.
            EquatableArray<Step> steps = layers.Plan(_spec.Layers[i], _layout.Layers[i], _layout, out int networkFrom).ToEquatableArray();
            int kind = kinds.FindIndex(candidate => candidate.Steps == steps);
            if (kind < 0)
            {
                kind = kinds.Count;
                kinds.Add(new LayerKind(DescriptionOf(_layout.Layers[i], _spec.Layers[i]), steps, networkFrom));
            }

            kindOfLayer.Add(kind);
        }

        Step[] head = [.. layers.PlanHead(_layout)];
        Step[] terms = [.. new TermsPlanner(_kernels, _buffers, _layout).Plan(_spec)];
        Step[] all = [.. beginning, .. kindOfLayer.SelectMany(kind => kinds[kind].Steps), .. head, .. terms];
        Lifetimes lifetimes = Lifetimes.Of(all);
        HashSet<string> ofTexts = [.. BuffersOfTexts(beginning.Length, kindOfLayer, kinds, lifetimes)];
        IReadOnlyList<BufferPlan> sized = [.. _buffers.All.Select(buffer => ofTexts.Contains(buffer.Name) ? buffer with { Rows = _textRows, IsOfTexts = true } : buffer)];
        (EquatableArray<BufferPlan> buffers, long scratchBytes) = Buffers.Place(
            sized, (buffer, other) => !sharesMemory || ofTexts.Contains(buffer) || ofTexts.Contains(other) || lifetimes.Meet(buffer, other));
        return new ModelPlan(
            _spec,
            fileName,
            header.HeaderHash,
            _spec.ShapeHash,
            _contextLength,
            _batchRows,
            _textRows,
            _layout.Length,
            _keyValueFormat,
            _state.Plan(_contextLength) with { Source = _sourceState.Plan(_contextLength).Classes.SingleOrDefault() },
            PlanWeights(layers.StateFields),
            buffers,
            scratchBytes,
            beginning.ToEquatableArray(),
            kinds.ToEquatableArray(),
            LayerPart.Of(kinds).ToEquatableArray(),
            kindOfLayer.ToEquatableArray(),
            head.ToEquatableArray(),
            JobsOf([.. beginning, .. kinds.SelectMany(kind => kind.Steps), .. head, .. terms]),
            PlanSelection(beginning.Length, kindOfLayer, kinds, lifetimes, buffers),
            _patterns.All,
            experts.Patterns,
            LinearBias.Slopes(_spec.Scores.MaxBias, _spec.Attentions.Select(attention => attention.Heads.Queries).FirstOrDefault()),
            ActivationParameters(),
            KernelText.Share(_kernels.All).ToEquatableArray(),
            _kernels.Shapes.ToEquatableArray(),
            CostOfToken(),
            preTokenizer,
            chatTemplates,
            (_spec.Encoder?.Layers ?? EquatableArray<VectorLayerSpec>.Empty).Select(PlanVectorLayer).ToEquatableArray())
        {
            Terms = terms.ToEquatableArray(),
        };
    }

    /// <summary>
    /// How finely rows of words are quantised. A decoder rounds to the 8 bits of other engines, so that its tokens are theirs. Nobody counts on what an encoder
    /// rounds away: it takes all 16 bits where products of all its matrices leave room for them. Those of Q8_0 do: 32 · 128 · 32767 is less than
    /// 2³¹. Other formats have weights in the upper halves of words, or scales in whole numbers.
    /// </summary>
    private int WordSteps() =>
        _spec.Encoder is not null && _layout.Tensors().OfType<PackedMatrix>()
            .Where(matrix => matrix.Format.Activation == ActivationFormat.Int16Blocks).All(matrix => matrix.Format.Name == "Q8_0")
            ? Kernels.StepsOfWord
            : Kernels.StepsOfByte;

    /// <summary>The distinct steps, in the order in which they first come, each with a name that no other has.</summary>
    private static EquatableArray<JobPlan> JobsOf(IEnumerable<Step> steps)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var jobs = new List<JobPlan>();
        foreach (Step step in steps.Distinct())
        {
            string name = step.Name;
            for (int other = 2; !names.Add(name); other++)
            {
                name = step.Name + other.ToString(CultureInfo.InvariantCulture);
            }

            jobs.Add(new JobPlan(name, step));
        }

        return jobs.ToEquatableArray();
    }

    /// <summary>
    /// Behind the last step that writes state the rows whose logits nobody wants are done. What the others still need is what lives there.
    /// </summary>
    private static SelectionPlan PlanSelection(
        int firstStep, List<int> kindOfLayer, List<LayerKind> kinds, Lifetimes lifetimes, EquatableArray<BufferPlan> buffers)
    {
        int layer = kindOfLayer.FindLastIndex(kind => kinds[kind].Steps.Any(step => step.WritesState));
        int behind = LayerKind.LastOfState(kinds[kindOfLayer[layer]].Steps);
        int index = firstStep + kindOfLayer.Take(layer).Sum(kind => kinds[kind].Steps.Count) + behind;
        return new SelectionPlan(
            layer,
            behind,
            lifetimes.AliveBehind(index).Where(name => buffers.First(buffer => buffer.Name == name).IsOfRows).ToEquatableArray());
    }

    /// <summary>
    /// An encoder takes all rows of its texts through a layer up to where keys and values are written, and then through the rest of it: what
    /// lives there, and x from layer to layer, has a row for each of them.
    /// </summary>
    private IEnumerable<string> BuffersOfTexts(int firstStep, List<int> kindOfLayer, List<LayerKind> kinds, Lifetimes lifetimes)
    {
        int index = firstStep;
        foreach (EquatableArray<Step> steps in _spec.Encoder is null ? [] : kindOfLayer.Select(kind => kinds[kind].Steps))
        {
            int behind = LayerKind.LastOfState(steps);
            foreach (string name in lifetimes.AliveBehind(index - 1).Concat(lifetimes.AliveBehind(index + behind)))
            {
                yield return name;
            }

            index += steps.Count;
        }
    }

    private VectorLayerPlan PlanVectorLayer(VectorLayerSpec layer, int index)
    {
        string role = WeightLayout.VectorLayer(index);
        return new VectorLayerPlan(
            layer, _layout.FindShared(role)!.Offset, _layout.FindShared(role + "Bias")?.Offset, _layout.FindShared(role + "Norm")?.Offset);
    }

    private AnglesStep PlanAngles(RotarySpec rotary, int index)
    {
        string suffix = index == 0 ? "" : index.ToString(CultureInfo.InvariantCulture);
        bool isLong = rotary.LongFactors is not null && _contextLength > rotary.Scaling.OriginalContext;
        string factors = isLong ? WeightLayout.LongRotaryFactors(index) : WeightLayout.RotaryFactors(index);
        return new AnglesStep(
            "Turn" + suffix,
            new RotaryPlan(
                "RotaryFrequencies" + suffix,
                rotary,
                RotaryFrequencies.Of(rotary),
                _layout.FindShared(factors)?.Offset),
            _buffers.Add("Angles" + suffix, "factors of the rotary embedding", ActivationFormat.Float32, 2 * rotary.Dimensions));
    }

    private IEnumerable<Step> PlanEmbedding()
    {
        EmbeddingSpec embedding = _spec.Embedding;
        int length = _spec.EmbeddingLength;
        string x = _buffers.Add(EmbedStep.Output, "residual stream", ActivationFormat.Float32, length);
        var added = new List<AddedEmbedding>();
        Add(_layout.Positions, " + P[position]", "Position", "PositionRow", "embedding of a position");
        Add(_layout.TokenTypes, " + T[type]", "Type", "TypeRow", "embedding of a type of token");

        yield return new EmbedStep(
            _kernels.Embed(_layout.TokenEmbedding.Format, length),
            new WeightReference(null, _layout.TokenEmbedding.Offset),
            _layout.TokenEmbedding.Format.Name,
            length,
            embedding.Scale,
            embedding.Scale == 1f ? null : _kernels.Multiply(),
            added.ToEquatableArray());
        if (embedding.Norm is not null)
        {
            yield return new NormPlanner(_kernels, _buffers, length).InPlace(
                "EmbeddingNorm", embedding.Norm, x, role => new WeightReference(null, _layout.FindShared(role)!.Offset));
        }

        void Add(PackedMatrix? matrix, string term, string field, string buffer, string meaning)
        {
            if (matrix is not null)
            {
                added.Add(new AddedEmbedding(
                    term,
                    field,
                    _kernels.Embed(matrix.Format, length),
                    new WeightReference(null, matrix.Offset),
                    _buffers.Add(buffer, meaning, ActivationFormat.Float32, length),
                    _kernels.AddVector()));
            }
        }
    }

    private EquatableArray<float> ActivationParameters() => _spec.Layers
        .Select(layer => layer.Network).OfType<NetworkSpec>().Select(network => network.Function)
        .Where(activation => activation.Function == ActivationFunction.Xielu)
        .SelectMany(xielu => new[] { xielu.AlphaPositive, xielu.AlphaNegative, xielu.Beta, xielu.Epsilon })
        .ToEquatableArray();

    private static string DescriptionOf(PackedLayer packed, LayerSpec layer)
    {
        IEnumerable<PackedMatrix> inputs = packed.Network?.Inputs ?? [];
        IEnumerable<PackedMatrix> outputs = (packed.Network?.Tensors() ?? []).OfType<PackedMatrix>().Except(inputs);
        IEnumerable<string> all = [.. packed.Mixers.SelectMany(Mixer), Formats(packed.SourceKeys), Formats(inputs), Formats(outputs)];
        string matrices = string.Join(", ", all.Where(formats => formats.Length > 0));
        return layer.Mixers.OfType<AttentionSpec>().FirstOrDefault() is { Window: not 0 } attention ? $"{matrices}; a window of {attention.Window} keys" : matrices;

        static string[] Mixer(PackedMixer mixer)
        {
            IEnumerable<PackedMatrix> between = mixer.Tensors().OfType<PackedMatrix>().Except([.. mixer.Inputs, mixer.Output]);
            return [Formats(mixer.Inputs), Formats(between), Formats([mixer.Output])];
        }

        static string Formats(IEnumerable<PackedMatrix> list) => string.Join(" | ", list.Select(matrix => matrix.Name + " " + matrix.Format.Name));
    }

    private WeightTable PlanWeights(IReadOnlyList<EquatableArray<StateField>> stateFields)
    {
        var fields = new List<WeightField>();
        var rows = new List<Dictionary<string, long>>();
        for (int i = 0; i < _layout.Layers.Count; i++)
        {
            var row = new Dictionary<string, long>(StringComparer.Ordinal);
            rows.Add(row);
            foreach (PackedTensor tensor in _layout.Layers[i].Tensors())
            {
                Add(row, tensor.Name, KindOf(tensor), tensor.Offset);
            }

            foreach (StateField field in stateFields[i])
            {
                Add(row, field.Name, WeightKind.StateOffset, field.Offset);
            }
        }

        return new WeightTable(
            fields.ToEquatableArray(),
            rows.Select(row => new WeightRow(fields.Select(field => row.TryGetValue(field.Name, out long offset) ? offset : -1).ToEquatableArray())).ToEquatableArray());

        static WeightKind KindOf(PackedTensor tensor) => tensor is not PackedVector ? WeightKind.Matrix
            : tensor.Name == WeightLayout.DistanceBias ? WeightKind.DistanceBias
            : WeightKind.Vector;

        void Add(Dictionary<string, long> row, string name, WeightKind kind, long offset)
        {
            row.Add(name, offset);
            if (fields.All(field => field.Name != name))
            {
                fields.Add(new WeightField(name, kind));
            }
        }
    }

    /// <summary>
    /// Every weight is read and multiplied once a token and round, but for embeddings, of which one row is read, for experts, of which the
    /// chosen ones are, and for a head of terms, which vectors do not go through.
    /// </summary>
    private TokenCost CostOfToken()
    {
        PackedMatrix[] matrices = _layout.OwnTensors().OfType<PackedMatrix>()
            .Where(matrix => matrix != _layout.Positions && matrix != _layout.TokenTypes && matrix != _layout.PerLayerTable && (matrix != _layout.TokenEmbedding || _spec.HasTiedOutput))
            .Except(_layout.Terms is PackedTerms terms ? [terms.Hidden, terms.Output] : [])
            .Except(_layout.Layers.Select(layer => layer.Network).OfType<PackedNetwork>().SelectMany(StacksOf))
            .Concat(_layout.Layers.Skip(_layout.Layers.Count / _layout.Rounds).SelectMany(layer => layer.Tensors()).OfType<PackedMatrix>().Where(matrix => matrix.Count == 1))
            .ToArray();
        long bytes = matrices.Sum(matrix => matrix.Length);
        long operations = matrices.Sum(matrix => 2L * matrix.Count * matrix.Columns * matrix.Rows);
        long usedBytes = 0;
        long allBytes = 0;
        foreach ((LayerSpec layer, PackedLayer packed) in _spec.Layers.Zip(_layout.Layers, (layer, packed) => (layer, packed)))
        {
            if ((layer.Network as ExpertsSpec ?? (layer.Network as DenseAndExpertsSpec)?.Experts)?.Router is RouterSpec router)
            {
                PackedMatrix[] stacks = [.. StacksOf(packed.Network!)];
                usedBytes += stacks.Sum(matrix => router.Used * matrix.MatrixBytes);
                allBytes += stacks.Sum(matrix => matrix.Length);
                operations += stacks.Sum(matrix => 2L * router.Used * matrix.Columns * matrix.Rows);
            }
        }

        return new TokenCost(bytes + usedBytes, operations, usedBytes, allBytes);

        static IEnumerable<PackedMatrix> StacksOf(PackedNetwork network) => network.Tensors().OfType<PackedMatrix>().Where(matrix => matrix.Count > 1);
    }
}
