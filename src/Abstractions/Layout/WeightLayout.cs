using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Layout;

/// <summary>
/// Where every tensor lies in the weights section of a packed file: a pure function of the spec, the same in the generator, in the
/// packing task and at run time. Tensors stand in the order in which a decoded token reads them.
/// </summary>
/// <param name="TokenEmbedding">[vocabulary × embedding].</param>
/// <param name="Positions">[context × embedding]; null where the model has none.</param>
/// <param name="Shared">Vectors that belong to no layer: what rotations are divided by, norms of the embedding and of the head, the logits' bias,
/// layers behind an encoder's pooling, what weighs terms.</param>
/// <param name="Layers">The blocks, first to last, once a round.</param>
/// <param name="Output">[vocabulary × embedding]; the token embedding where the head is tied; null where there are no logits.</param>
/// <param name="Length">Bytes of the whole section.</param>
internal sealed partial record WeightLayout(
    PackedMatrix TokenEmbedding,
    PackedMatrix? Positions,
    EquatableArray<PackedVector> Shared,
    EquatableArray<PackedLayer> Layers,
    PackedMatrix? Output,
    long Length)
{
    /// <summary>Raised whenever the same header would be packed or checksummed differently; a part of every fingerprint.</summary>
    public const int Version = 4;

    /// <summary>[types × embedding]; null where the model has none.</summary>
    public PackedMatrix? TokenTypes { get; init; }

    /// <summary>How often Layers has the same blocks.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Rows of what layers get of a token beside x, a row a layer, token by token; null: they get nothing.</summary>
    public PackedMatrix? PerLayerTable { get; init; }

    /// <summary>[length · layers × embedding]: what they get of the embedded token; null: nothing.</summary>
    public PackedMatrix? PerLayerProjection { get; init; }

    /// <summary>[3 · embedding × embedding]: the streams beside x of the embedded token; null: there are none.</summary>
    public PackedMatrix? AltUpProjection { get; init; }

    /// <summary>[embedding × embedding] of each stream beside x, behind the last layer.</summary>
    public EquatableArray<PackedMatrix> AltUpOutputs { get; init; } = EquatableArray<PackedMatrix>.Empty;

    /// <summary>What weighs terms behind an encoder's last layer; null: nothing does.</summary>
    public PackedTerms? Terms { get; init; }

    /// <summary>Of the encoder of a source text; its token embedding is this one. null: there is none.</summary>
    public WeightLayout? Source { get; init; }

    /// <summary>Tensors start on cache lines, so that no vector of a strip crosses one.</summary>
    public const int TensorAlignment = 64;

    public static WeightLayout Create(ModelSpec spec)
    {
        WeightLayout layout = Create(spec, new Placer(), tokenEmbedding: null);

        // Who fills a range looks for its tensors by their offsets: another order would fill other places.
        PackedTensor[] tensors = [.. layout.Tensors()];
        if (Enumerable.Range(1, tensors.Length - 1).Any(i => tensors[i].Offset < tensors[i - 1].Offset + tensors[i - 1].Length))
        {
            throw new InvalidOperationException("The layout does not list its tensors in the order in which they were placed.");
        }

        return layout;
    }

    private static WeightLayout Create(ModelSpec spec, Placer placer, PackedMatrix? tokenEmbedding)
    {
        tokenEmbedding ??= placer.Matrix(("TokenEmbedding", spec.Embedding.Tokens));
        PackedMatrix? positions = spec.Embedding.Positions is TensorSpec rows ? placer.Matrix(("Positions", rows)) : null;
        PackedMatrix? types = spec.Embedding.Types is TensorSpec ofTypes ? placer.Matrix(("TokenTypes", ofTypes)) : null;
        PackedMatrix? table = spec.PerLayerInputs is null ? null : placer.Matrix(("PerLayerTable", spec.PerLayerInputs.Table));
        PackedMatrix? projection = spec.PerLayerInputs is null ? null : placer.Matrix(("PerLayerInputs", spec.PerLayerInputs.Projection));
        PackedMatrix? streams = spec.AltUp is null ? null : placer.Matrix(("Streams", spec.AltUp.Projection));
        PackedVector[] shared = placer.Vectors(
        [
            .. spec.Rotaries.SelectMany((rotary, i) => new[] { (RotaryFactors(i), rotary.Factors), (LongRotaryFactors(i), rotary.LongFactors) }),
            .. Norm("EmbeddingNorm", spec.Embedding.Norm),
            .. Norm("PerLayerNorm", spec.PerLayerInputs?.Norm),
            .. Norm("OutputNorm", spec.Head.Norm),
            ("OutputBias", spec.Head.OutputBias),
            .. (spec.Encoder?.Layers ?? EquatableArray<VectorLayerSpec>.Empty).SelectMany((layer, i) => VectorLayerParts(VectorLayer(i), layer)),
            (TermsHiddenBias, spec.Encoder?.Terms?.HiddenBias),
            .. Norm(TermsNorm, spec.Encoder?.Terms?.Norm),
            (TermsBias, spec.Encoder?.Terms?.OutputBias),
        ]);
        PackedLayer[] round = [.. spec.Layers.Take(spec.Layers.Count / spec.Rounds).Select(layer => Layer(placer, layer))];
        PackedLayer[] layers = [.. Enumerable.Range(0, spec.Rounds).SelectMany(_ => round)];
        PackedMatrix[] streamOutputs =
            [.. (spec.AltUp?.Outputs ?? EquatableArray<TensorSpec>.Empty).Select((tensor, i) => placer.Matrix(("StreamOutput" + (i + 1).ToString(CultureInfo.InvariantCulture), tensor)))];
        PackedTerms? terms = spec.Encoder?.Terms is TermsSpec head ? TermsHead(placer, head, spec.Embedding.Tokens, tokenEmbedding) : null;
        PackedMatrix? output = spec.HasTiedOutput ? tokenEmbedding : spec.Head.Output is TensorSpec logits ? placer.Matrix(("Output", logits)) : null;
        WeightLayout? source = spec.Source is null ? null : Create(spec.Source.Encoder, placer, tokenEmbedding);
        return new WeightLayout(tokenEmbedding, positions, shared.ToEquatableArray(), layers.ToEquatableArray(), output, placer.Length)
        {
            Source = source,
            Terms = terms,
            TokenTypes = types,
            Rounds = spec.Rounds,
            PerLayerTable = table,
            PerLayerProjection = projection,
            AltUpProjection = streams,
            AltUpOutputs = streamOutputs.ToEquatableArray(),
        };
    }

    /// <summary>Name of a layer's biases by distance: those of a head, a bucket after the other, and then the next head's.</summary>
    public const string DistanceBias = "DistanceBias";

    /// <summary>Name of the biases of the hidden values of a head that weighs terms.</summary>
    public const string TermsHiddenBias = "TermsHiddenBias";

    /// <summary>Name of the weights of its norm; that of its biases begins so.</summary>
    public const string TermsNorm = "TermsNorm";

    /// <summary>Name of the biases of its logits.</summary>
    public const string TermsBias = "TermsBias";

    /// <summary>Name of what the angles of a rotary embedding are divided by.</summary>
    public static string RotaryFactors(int rotary) => "RotaryFactors" + rotary.ToString(CultureInfo.InvariantCulture);

    /// <summary>Name of what they are divided by in a long context.</summary>
    public static string LongRotaryFactors(int rotary) => "Long" + RotaryFactors(rotary);

    /// <summary>Name of the weights of a layer behind an encoder's pooling; those of its bias and its norm begin so.</summary>
    public static string VectorLayer(int index) => "VectorLayer" + index.ToString(CultureInfo.InvariantCulture);

    /// <summary>A vector that belongs to no layer, or null where the model has none of this name.</summary>
    public PackedVector? FindShared(string name) => Shared.FirstOrDefault(vector => vector.Name == name);

    /// <summary>All matrices and vectors once, in the order of the file.</summary>
    public IEnumerable<PackedTensor> Tensors() => OwnTensors().Concat((Source?.OwnTensors() ?? []).Where(tensor => tensor != TokenEmbedding));

    /// <summary>The same without those that only read a source text.</summary>
    public IEnumerable<PackedTensor> OwnTensors()
    {
        IEnumerable<PackedTensor> first = new PackedTensor?[] { TokenEmbedding, Positions, TokenTypes, PerLayerTable, PerLayerProjection, AltUpProjection }.OfType<PackedTensor>();
        IEnumerable<PackedTensor> last = Output is null || Output == TokenEmbedding ? [] : [Output];
        IEnumerable<PackedTensor> terms = Terms is null ? [] : new[] { Terms.Hidden, Terms.Output }.Where(matrix => matrix != TokenEmbedding);
        return first.Concat(Shared).Concat(Layers.Take(Layers.Count / Rounds).SelectMany(layer => layer.Tensors()))
            .Concat(AltUpOutputs).Concat(terms).Concat(last);
    }

    private static PackedLayer Layer(Placer placer, LayerSpec layer)
    {
        string mixer = layer.Mixers.FirstOrDefault()?.Name ?? "";
        return new PackedLayer(
            MixerVectors: placer.Vectors([.. Norm(mixer + "Norm", layer.MixerNorm)]).ToEquatableArray(),
            Mixers: layer.Mixers.Select(each => Mixer(placer, each)).ToEquatableArray(),
            NetworkVectors: placer.Vectors(
            [
                .. layer.Mixers.OfType<AttentionSpec>().Select(attention => (attention.Name + "OutputBias", attention.OutputBias)),
                .. Norm(mixer + "PostNorm", layer.MixerPostNorm),
                .. Norm(mixer + "SumNorm", layer.MixerSumNorm),
                .. Norm(mixer + "SecondSumNorm", layer.SecondMixerSumNorm),
                .. Norm("FeedForwardNorm", layer.FeedForwardNorm),
            ]).ToEquatableArray(),
            Network: layer.Network is null ? null : Network(placer, layer.Network),
            OutputVectors: placer.Vectors(
            [
                .. Norm("FeedForwardPostNorm", layer.FeedForwardPostNorm),
                .. Norm("FeedForwardSumNorm", layer.FeedForwardSumNorm),
                ("OutputScale", layer.OutputScale),
            ]).ToEquatableArray())
        {
            PerLayer = layer.PerLayer is PerLayerBranchSpec own ? PerLayer(placer, own) : null,
            AltUp = layer.AltUp is AltUpLayerSpec altUp ? AltUp(placer, altUp) : null,
            Laurel = layer.Laurel is LaurelSpec laurel ? Laurel(placer, laurel) : null,
            SourceAttention = layer.SourceAttention is SourceAttentionSpec source ? SourceAttention(placer, source) : null,
            SourceKeys = layer.SourceKeys is SourceKeysSpec keys ? placer.Grouped(("Key", keys.Key), ("Value", keys.Value)) : EquatableArray<PackedMatrix>.Empty,
        };
    }

    private static PackedMixer Mixer(Placer placer, MixerSpec mixer) => mixer switch
    {
        AttentionSpec attention => new PackedAttention(
            placer.Grouped(
            [
                .. new[] { ("Query", attention.Query), ("Key", attention.Key), ("Value", attention.Value), ("OutputGate", attention.OutputGate) }
                    .Where(part => part.Item2 is not null).Select(part => (part.Item1, part.Item2!)),
            ]),
            ((PackedVector[])
            [
                .. placer.Vectors(
                [
                    ("QueryBias", attention.QueryBias),
                    ("KeyBias", attention.KeyBias),
                    ("ValueBias", attention.ValueBias),
                    .. Norm("QueryNorm", attention.QueryNorm),
                    .. Norm("KeyNorm", attention.KeyNorm),
                    ("AttentionSinks", attention.Sinks),
                    .. Norm("HeadOutputNorm", attention.OutputNorm),
                ]),
                .. attention.DistanceBias is DistanceBiasSpec bias ? [placer.Filter(DistanceBias, attention.Heads.Queries, bias.Table)] : Array.Empty<PackedVector>(),
            ]).ToEquatableArray(),
            placer.Matrix(("AttentionOutput", attention.Output))),
        LatentAttentionSpec latent => new PackedLatentAttention(
            placer.Grouped((latent.QueryDown is null ? "Query" : "QueryDown", latent.QueryDown ?? latent.Query), ("Latent", latent.Latent)),
            placer.Vectors([.. Norm("QueryNorm", latent.QueryNorm), .. Norm("LatentNorm", latent.LatentNorm)]).ToEquatableArray(),
            latent.QueryDown is null ? null : placer.Matrix(("Query", latent.Query)),
            placer.Matrix(("KeyUp", latent.KeyUp)),
            placer.Matrix(("ValueUp", latent.ValueUp)),
            placer.Matrix(("AttentionOutput", latent.Output))),
        ConvolutionSpec convolution => new PackedConvolution(
            placer.Matrix(("ConvolutionInput", convolution.Input)),
            placer.Filter("ConvolutionFilter", convolution.Taps, convolution.Filter),
            placer.Matrix(("ConvolutionOutput", convolution.Output))),
        DeltaRuleSpec delta => DeltaRule(placer, delta),
        StateSpaceSpec stateSpace => StateSpace(placer, stateSpace),
        GooseSpec goose => Goose(placer, goose),
        FinchSpec finch => Finch(placer, finch),
        _ => throw new InvalidOperationException($"{mixer.Name} has no layout."),
    };

    private static PackedDeltaRule DeltaRule(Placer placer, DeltaRuleSpec delta)
    {
        (string Role, TensorSpec Tensor)[] projections =
        [
            ("Query", delta.Query),
            ("Key", delta.Key),
            ("Value", delta.Value),
            .. delta.OutputGateDown is null ? [("OutputGate", delta.OutputGate)] : Array.Empty<(string, TensorSpec)>(),
            ("Beta", delta.Beta),
            .. delta.DecayDown is null ? [("Decay", delta.Decay)] : Array.Empty<(string, TensorSpec)>(),
        ];
        return new PackedDeltaRule(
            placer.Grouped(projections),
            LowRank(placer, "OutputGate", delta.OutputGateDown, delta.OutputGate),
            LowRank(placer, "Decay", delta.DecayDown, delta.Decay),
            new[] { placer.Filter("DeltaRuleFilter", delta.Taps, [.. delta.Filter]) }.Concat(placer.Vectors(
            [
                ("DecayBias", delta.DecayBias),
                ("DecayRate", delta.DecayRate),
                .. Norm("DeltaRuleHeadNorm", delta.Norm),
            ])).ToEquatableArray(),
            placer.Matrix(("DeltaRuleOutput", delta.Output)));
    }

    private static PackedLowRank? LowRank(Placer placer, string role, TensorSpec? down, TensorSpec up) =>
        down is null ? null : new PackedLowRank(placer.Matrix((role + "Down", down)), placer.Matrix((role, up)));

    private static PackedStateSpace StateSpace(Placer placer, StateSpaceSpec stateSpace) => new(
        stateSpace.Gate is TensorSpec gate
            ? placer.Matrix(("StateSpaceGate", gate), ("Input", stateSpace.Input))
            : placer.Matrix(("StateSpaceInput", stateSpace.Input)),
        ((PackedVector[])
        [
            placer.Filter("StateSpaceFilter", stateSpace.Taps, stateSpace.Filter),
            .. placer.Vectors(
            [
                ("StateSpaceFilterBias", stateSpace.FilterBias),
                ("StepNorm", stateSpace.Selection?.StepNorm?.Weight),
                ("StateInputNorm", stateSpace.Selection?.InputNorm?.Weight),
                ("StateOutputNorm", stateSpace.Selection?.OutputNorm?.Weight),
                ("StepBias", stateSpace.StepBias),
            ]),
            stateSpace.Shape.HasOwnDecays
                ? placer.Filter("Decay", stateSpace.Shape.StateLength, stateSpace.Decay)
                : placer.Vectors([("Decay", stateSpace.Decay)])[0],
            .. placer.Vectors([("Skip", stateSpace.Skip), ("GatedNorm", stateSpace.Norm?.Weight)]),
        ]).ToEquatableArray(),
        stateSpace.Selection is SelectionSpec selection
            ? new PackedSelection(
                placer.Matrix(("StepInput", selection.StepInput)),
                placer.Matrix(("StateWeights", selection.StateWeights)),
                placer.Matrix(("Step", selection.Step)))
            : null,
        placer.Matrix(("StateSpaceOutput", stateSpace.Output)));

    private static PackedNetwork Network(Placer placer, NetworkSpec network) => network switch
    {
        FeedForwardSpec feedForward => FeedForward(placer, "", feedForward),
        ExpertsSpec experts => Experts(placer, experts),
        ChannelMixSpec mix => ChannelMix(placer, mix),
        DenseAndExpertsSpec both => new PackedDenseAndExperts(
            FeedForward(placer, "", both.Dense),
            placer.Vectors(
            [
                .. Norm("DensePostNorm", both.DensePostNorm),
                .. Norm("ExpertsNorm", both.ExpertsNorm),
                .. Norm("RouterNorm", both.RouterNorm),
                .. Norm("ExpertsPostNorm", both.ExpertsPostNorm),
            ]).ToEquatableArray(),
            Experts(placer, both.Experts)),
        _ => throw new InvalidOperationException($"{network.GetType().Name} has no layout."),
    };

    private static PackedExperts Experts(Placer placer, ExpertsSpec experts) => new(
        experts.SharedGate is TensorSpec gate
            ? placer.Grouped(("Router", experts.Router.Weight), ("SharedGate", gate))
            : placer.Grouped(("Router", experts.Router.Weight)),
        placer.Vectors(
        [
            ("RouterBias", experts.Router.Bias), ("SelectionBias", experts.Router.SelectionBias), ("ExpertScales", experts.Router.OutputScales),
        ]).ToEquatableArray(),
        FeedForward(placer, "Expert", experts.Experts),
        experts.Shared is FeedForwardSpec shared ? FeedForward(placer, "Shared", shared) : null);

    private static PackedAltUp AltUp(Placer placer, AltUpLayerSpec altUp) => new(
        placer.Matrix(("StreamRouter", altUp.Router)),
        placer.Vectors(
        [
            .. Norm("StreamNorm", altUp.RouterNorm),
            ("StreamPredict", altUp.Predict),
            ("StreamCorrect", altUp.Correct),
            ("StreamScale", altUp.CorrectScale),
        ]).ToEquatableArray());

    private static PackedLaurel Laurel(Placer placer, LaurelSpec laurel) => new(
        placer.Matrix(("LaurelLeft", laurel.Left)),
        placer.Matrix(("LaurelRight", laurel.Right)),
        placer.Vectors([.. Norm("LaurelPostNorm", laurel.PostNorm)]).ToEquatableArray());

    private static PackedSourceAttention SourceAttention(Placer placer, SourceAttentionSpec source) => new(
        placer.Vectors([.. Norm("SourceAttentionNorm", source.Norm)]).ToEquatableArray(),
        placer.Matrix(("SourceQuery", source.Query)),
        placer.Matrix(("SourceAttentionOutput", source.Output)));

    private static PackedPerLayer PerLayer(Placer placer, PerLayerBranchSpec branch) => new(
        placer.Matrix(("PerLayerGate", branch.Gate)),
        placer.Matrix(("PerLayerProjection", branch.Projection)),
        placer.Vectors([.. Norm("PerLayerPostNorm", branch.PostNorm)]).ToEquatableArray());

    private static PackedFeedForward FeedForward(Placer placer, string prefix, FeedForwardSpec feedForward) => new(
        placer.Vectors([(prefix + "GateBias", feedForward.GateBias), (prefix + "UpBias", feedForward.UpBias)]).ToEquatableArray(),
        HiddenMatrices(placer, prefix, feedForward),
        placer.Prefixed(prefix, ("Down", feedForward.Down)),
        placer.Vectors([(prefix + "DownBias", feedForward.DownBias)]).ToEquatableArray())
    {
        HiddenNorm = placer.Vectors([.. Norm(prefix + "HiddenNorm", feedForward.HiddenNorm)]).ToEquatableArray(),
    };

    private static EquatableArray<PackedMatrix> HiddenMatrices(Placer placer, string prefix, FeedForwardSpec feedForward)
    {
        if (feedForward.Gate is not TensorSpec gate)
        {
            return new[] { placer.Units(prefix, ("Up", feedForward.Up)) }.ToEquatableArray();
        }

        // A gate of which little is left is looked at as a whole before anything is made of it.
        return gate.TypeId == feedForward.Up.TypeId && feedForward.Sparsity == 0
            ? new[] { placer.Units(prefix, ("Gate", gate), ("Up", feedForward.Up)) }.ToEquatableArray()
            : new[] { placer.Prefixed(prefix, ("Gate", gate)), placer.Prefixed(prefix, ("Up", feedForward.Up)) }.ToEquatableArray();
    }

    private static PackedTerms TermsHead(Placer placer, TermsSpec terms, TensorSpec tokens, PackedMatrix tokenEmbedding) => new(
        placer.Units("Terms", ("Hidden", terms.Hidden)),
        terms.Output == tokens ? tokenEmbedding : placer.Prefixed("Terms", ("Output", terms.Output)));

    private static IEnumerable<(string Role, TensorSpec? Tensor)> VectorLayerParts(string role, VectorLayerSpec layer) =>
        [(role, layer.Weight), (role + "Bias", layer.Bias), (role + "Norm", layer.Norm?.Weight)];

    /// <summary>The vectors of a norm, those that it has.</summary>
    private static IEnumerable<(string Role, TensorSpec? Tensor)> Norm(string role, NormSpec? norm) => [(role, norm?.Weight), (role + "Bias", norm?.Bias)];

    /// <summary>Hands out offsets one after the other.</summary>
    private sealed class Placer
    {
        public long Length { get; private set; }

        private PackedVector Vector(string role, params TensorSpec[] sources)
        {
            var vector = new PackedVector(role, sources.ToEquatableArray(), Offset: 0);
            return vector with { Offset = Place(vector.Length) };
        }

        /// <summary>A filter, tap by tap; its channels may stand in several tensors, one behind the other.</summary>
        public PackedVector Filter(string role, int taps, params TensorSpec[] sources) => Vector(role, sources) with { Taps = taps };

        /// <summary>Those vectors that the model has.</summary>
        public PackedVector[] Vectors((string Role, TensorSpec? Tensor)[] vectors) =>
            [.. vectors.Where(vector => vector.Tensor is not null).Select(vector => Vector(vector.Role, vector.Tensor!))];

        /// <summary>One matrix of one or more sources, each a tensor with what it is for.</summary>
        public PackedMatrix Matrix(params (string Role, TensorSpec Tensor)[] sources) => Matrix(sources, isPaired: false);

        /// <summary>The same with a name that begins with what it is a part of.</summary>
        public PackedMatrix Prefixed(string prefix, params (string Role, TensorSpec Tensor)[] sources) => Matrix(sources, isPaired: false, prefix);

        /// <summary>A source in units of two strips, or two of as many rows, unit by unit.</summary>
        public PackedMatrix Units(string prefix, params (string Role, TensorSpec Tensor)[] sources) => Matrix(sources, isPaired: true, prefix);

        /// <summary>Neighbours of one format become one matrix, so that one pass over the activations serves them all.</summary>
        public EquatableArray<PackedMatrix> Grouped(params (string Role, TensorSpec Tensor)[] sources)
        {
            var matrices = new List<PackedMatrix>();
            var group = new List<(string Role, TensorSpec Tensor)>();
            foreach ((string Role, TensorSpec Tensor) source in sources)
            {
                if (group.Count > 0 && group[0].Tensor.TypeId != source.Tensor.TypeId)
                {
                    matrices.Add(Matrix(group.ToArray()));
                    group.Clear();
                }

                group.Add(source);
            }

            matrices.Add(Matrix(group.ToArray()));
            return matrices.ToEquatableArray();
        }

        private PackedMatrix Matrix((string Role, TensorSpec Tensor)[] sources, bool isPaired, string prefix = "")
        {
            var matrix = new PackedMatrix(
                sources.Select(source => new MatrixSource(source.Role, source.Tensor)).ToEquatableArray(), isPaired, prefix, Offset: 0);
            return matrix with { Offset = Place(matrix.Length) };
        }

        private long Place(long length)
        {
            long offset = Length;
            Length = checked(offset + (length + TensorAlignment - 1) / TensorAlignment * TensorAlignment);
            return offset;
        }
    }
}
