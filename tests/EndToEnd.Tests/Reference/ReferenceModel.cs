using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Gguf;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>
/// The forward pass of a decoder or an encoder in float64, as plain as it can be written, over the dequantised weights of a GGUF file. It shares with what it
/// tests the specification that was read off the header, which the answers of llama.cpp test, and how a block decodes.
/// </summary>
internal sealed class ReferenceModel
{
    private readonly byte[] _file;
    private readonly GgufHeader _header;
    private readonly ModelSpec _spec;
    private readonly bool _quantizesActivations;
    private readonly int _contextLength;
    private readonly Dictionary<TensorSpec, ReferenceMatrix> _tensors = [];

    // Keys and values of the layers so far; of one that has none, nothing.
    private readonly List<(double[][] Keys, double[][] Values)> _caches = [];

    // Values of the first time mixing, which the others mix theirs with.
    private double[][] _firstValues = [];

    /// <param name="path">A GGUF file.</param>
    /// <param name="quantizesActivations">
    /// Quantised matrices read their input rounded to 8 bits in blocks of 32, as the kernels do; else as it is.
    /// </param>
    /// <param name="contextLength">Tokens of a session, where the angles of the rotation depend on it.</param>
    public ReferenceModel(string path, bool quantizesActivations, int contextLength = 0)
    {
        _file = File.ReadAllBytes(path);
        _header = GgufHeaderReader.ReadFile(path).Header;
        _spec = Architecture.Recognise(_header).Spec ?? throw new InvalidOperationException(path + " is not supported.");
        _quantizesActivations = quantizesActivations;
        _contextLength = contextLength;
    }

    private ReferenceModel(ReferenceModel other, ModelSpec spec)
    {
        (_file, _header, _spec) = (other._file, other._header, spec);
        (_quantizesActivations, _contextLength) = (other._quantizesActivations, other._contextLength);
    }

    /// <summary>The text that is answered, of a model with an encoder for it.</summary>
    public IReadOnlyList<int> Source { get; init; } = [];

    /// <summary>The logits after each token, or the vector of each token of an encoder's text.</summary>
    public double[][] Evaluate(IReadOnlyList<int> tokens)
    {
        double[][] x = [.. tokens.Select(Embed)];
        double[][][] inputs = [.. x.Select((row, position) => ReferencePerLayer.Inputs(_spec, row, tokens[position], Tensor, Project))];
        ReferenceStreams? streams = _spec.AltUp is null ? null : new ReferenceStreams(_spec.AltUp, Vector, Project);
        streams?.Begin(x);
        _caches.Clear();
        double[][] source = _spec.Source is null ? [] : new ReferenceModel(this, OwnLayers(_spec.Source.Encoder)).Evaluate(Source);
        foreach (LayerSpec layer in _spec.Layers)
        {
            int number = _caches.Count;
            x = layer.NormsRound ? [.. x.Select(row => ReferenceMath.Norm(row, _spec.Head.Norm, Vector))] : x;
            x = streams is null ? x : [.. x.Select((row, position) => streams.Predict(layer.AltUp!, row, position))];
            double[][] normed = [.. x.Select(row => ReferenceMath.Norm(row, layer.MixerNorm, Vector))];
            double[][] ownNormed = [.. x.Select(row => ReferenceMath.Norm(row, layer.FeedForwardNorm, Vector))];
            double[][] parallel = layer.FeedForwardNorm is null ? normed : ownNormed;
            double[][] begun = [.. x.Select(row => row.ToArray())];
            double[][][] mixed = [.. layer.Mixers.Select(mixer => Mix(mixer, normed))];
            if (!layer.Mixers.Any(mixer => mixer is AttentionSpec))
            {
                _caches.Add(([], []));
            }

            (double[][][] keys, double[][][] values) = layer.SourceAttention is null ? ([], []) : KeysAndValues(number, source);
            double[] before = new double[x[0].Length];
            for (int position = 0; position < x.Length; position++)
            {
                foreach (double[][] branch in mixed)
                {
                    AddBranch(x[position], branch[position], layer.MixerPostNorm);
                }

                x[position] = ReferenceMath.Norm(x[position], layer.MixerSumNorm, Vector);
                if (layer.SecondMixerSumNorm is not null)
                {
                    double[] sum = [.. x[position].Zip(begun[position], (value, addend) => value + addend)];
                    x[position] = ReferenceMath.Norm(sum, layer.SecondMixerSumNorm, Vector);
                }

                if (layer.SourceAttention is SourceAttentionSpec look)
                {
                    AddBranch(x[position], Look(look, ReferenceMath.Norm(x[position], look.Norm, Vector), keys, values), norm: null);
                }

                if (layer.Laurel is LaurelSpec laurel)
                {
                    AddBranch(x[position], Project(laurel.Right, null, Project(laurel.Left, null, normed[position])), laurel.PostNorm);
                    x[position] = [.. x[position].Zip(normed[position], (value, addend) => (value + addend) / Math.Sqrt(2))];
                }

                if (layer.Network is NetworkSpec network)
                {
                    double[] feed = layer.IsParallel ? parallel[position] : ReferenceMath.Norm(x[position], layer.FeedForwardNorm, Vector);
                    AddBranch(x[position], Feed(network, feed, before, x[position], begun[position]), layer.FeedForwardPostNorm);
                    before = feed;
                    x[position] = ReferenceMath.Norm(x[position], layer.FeedForwardSumNorm, Vector);
                }

                if (layer.PerLayer is PerLayerBranchSpec ofStreams && streams is not null)
                {
                    x[position] = streams.Correct(layer.AltUp!, x[position], position);
                    double[] scaled = [.. x[position].Zip(Vector(layer.AltUp!.CorrectScale), (value, factor) => value * factor)];
                    double[] branch = ReferencePerLayer.Branch(ofStreams, scaled, inputs[position][number], Project);
                    streams.Add(ReferenceMath.Norm(branch, ofStreams.PostNorm, Vector), position);
                }
                else if (layer.PerLayer is PerLayerBranchSpec own)
                {
                    AddBranch(x[position], ReferencePerLayer.Branch(own, x[position], inputs[position][number], Project), own.PostNorm);
                }

                double scale = (layer.OutputScale is null ? 1 : Vector(layer.OutputScale)[0]) * (layer.IsHalved ? 0.5 : 1);
                x[position] = [.. x[position].Select(value => value * scale)];
            }
        }

        return [.. x.Select((row, position) => Head(streams?.Merge(row, position) ?? row))];
    }

    // The encoder without the layers that leave keys and values for the decoder's.
    private static ModelSpec OwnLayers(ModelSpec encoder) =>
        encoder with { Layers = encoder.Layers.Where(layer => layer.SourceKeys is null).ToEquatableArray() };

    // What a layer has of each token of the source text: its keys and values, head by head.
    private (double[][][] Keys, double[][][] Values) KeysAndValues(int layer, double[][] source)
    {
        SourceKeysSpec spec = _spec.Source!.Encoder.Layers.Select(each => each.SourceKeys).OfType<SourceKeysSpec>().ElementAt(layer);
        return (Heads(spec.Key), Heads(spec.Value));

        double[][][] Heads(TensorSpec matrix) => [.. source.Select(row => Project(matrix, null, row).Chunk(spec.Heads.Dimension).ToArray())];
    }

    // What a token finds there: of each head Σ softmax(score) · v over all of its tokens.
    private double[] Look(SourceAttentionSpec look, double[] normed, double[][][] keys, double[][][] values)
    {
        int dimension = look.Heads.Dimension;
        double[][] query = [.. Project(look.Query, null, normed).Chunk(dimension)];
        return Project(look.Output, null, [.. query.SelectMany((head, index) => Find(head, index / look.Heads.GroupSize))]);

        double[] Find(double[] head, int own)
        {
            double[] weights = [.. keys.Select(row => Math.Exp(_spec.Scores.Scale * head.Zip(row[own], (a, b) => a * b).Sum()))];
            double sum = weights.Sum();
            return [.. Enumerable.Range(0, dimension).Select(i => weights.Zip(values, (weight, row) => weight / sum * row[own][i]).Sum())];
        }
    }

    // Of each token, what a mixer adds to x.
    private double[][] Mix(MixerSpec mixer, double[][] normed) => mixer switch
    {
        AttentionSpec attention => Attend(attention, normed),
        LatentAttentionSpec latent => Attend(latent, normed),
        ConvolutionSpec convolution => Convolve(convolution, normed),
        DeltaRuleSpec delta => Recall(delta, normed),
        StateSpaceSpec stateSpace => new ReferenceStateSpace(stateSpace, (matrix, row) => Project(matrix, null, row), Vector).Mix(normed),
        GooseSpec goose => TimeMix.Mix(goose, normed, ref _firstValues),
        FinchSpec finch => TimeMix.Mix(finch, normed),
        _ => throw new InvalidOperationException(mixer.Name + " has no reference."),
    };

    private ReferenceTimeMix TimeMix => new((matrix, row) => Project(matrix, null, row), Vector);

    private ReferenceMatrix Tensor(TensorSpec tensor)
    {
        if (!_tensors.TryGetValue(tensor, out ReferenceMatrix? matrix))
        {
            GgufTensor place = _header.Tensors.Single(candidate => candidate.Name == tensor.Name);
            matrix = new ReferenceMatrix(_file.AsSpan((int)(_header.DataOffset + place.Offset)), tensor);
            _tensors.Add(tensor, matrix);
        }

        return matrix;
    }

    private double[] Vector(TensorSpec tensor) => Tensor(tensor).Row(0);

    private double[] Project(TensorSpec matrix, TensorSpec? bias, double[] input)
    {
        double[] product = Tensor(matrix).Multiply(input, _quantizesActivations);
        return bias is null ? product : [.. product.Zip(Vector(bias), (value, addend) => value + addend)];
    }

    private double[] Embed(int token, int position)
    {
        EmbeddingSpec embedding = _spec.Embedding;
        double[] x = [.. Tensor(embedding.Tokens).Row(token).Select(value => value * embedding.Scale)];
        if (embedding.Positions is TensorSpec positions)
        {
            x = [.. x.Zip(Tensor(positions).Row(position), (value, addend) => value + addend)];
        }

        if (embedding.Types is TensorSpec types)
        {
            x = [.. x.Zip(Tensor(types).Row(0), (value, addend) => value + addend)];
        }

        return ReferenceMath.Norm(x, embedding.Norm, Vector);
    }

    // Of each token: Output · attended.
    private double[][] Attend(AttentionSpec attention, double[][] normed)
    {
        double[][] queries = [.. normed.Select((row, position) => Query(attention, row, position))];
        _caches.Add(attention.KeysOf is int other
            ? _caches[other]
            : ([.. normed.Select((row, position) => Key(attention, row, position))], [.. normed.Select(row => Value(attention, row))]));
        (double[][] keys, double[][] values) = _caches[^1];
        return
        [
            .. normed.Select((row, position) => Project(
                attention.Output,
                attention.OutputBias,
                ReferenceMath.Norm(
                    Gate(attention, row, Attend(attention, queries[position], keys[..EndOf(attention, position, keys.Length)], values, position)), attention.OutputNorm, Vector))),
        ];
    }

    // Position behind the last key that a query sees: its own, or as far behind it as the window goes before it.
    private static int EndOf(AttentionSpec attention, int position, int count) => !attention.SeesAll ? position + 1
        : attention.Window == 0 ? count
        : Math.Min(position + attention.Window / 2 + 1, count);

    private double[] Gate(AttentionSpec attention, double[] input, double[] attended) => attention.OutputGate is TensorSpec gate
        ? [.. attended.Zip(Project(gate, null, input), (value, logit) => value / (1 + Math.Exp(-logit)))]
        : attended;

    private double[][] Attend(LatentAttentionSpec latent, double[][] normed) =>
    [
        .. ReferenceLatentAttention.Attend(_spec, latent, normed, (matrix, row) => Project(matrix, null, row), ProjectOfHead, Vector, FactorsOf)
            .Select(row => Project(latent.Output, null, row)),
    ];

    private double[] ProjectOfHead(TensorSpec stack, int head, double[] input)
    {
        TensorSpec matrix = OfStack(stack, head);
        if (!matrix.IsTransposed)
        {
            return Project(matrix, null, input);
        }

        // The file's rows are the columns.
        ReferenceMatrix rows = Tensor(matrix with { Columns = matrix.Rows, Rows = matrix.Columns, IsTransposed = false });
        double[][] columns = [.. input.Select((_, column) => rows.Row(column))];
        return [.. Enumerable.Range(0, matrix.Rows).Select(row => input.Select((value, column) => value * columns[column][row]).Sum())];
    }

    private double[][] Recall(DeltaRuleSpec delta, double[][] normed) =>
        [.. ReferenceDeltaRule.Recall(delta, normed, (matrix, row) => Project(matrix, null, row), Vector).Select(row => Project(delta.Output, null, row))];

    // Of each token: Output · (c · Σ filter · (b · u) of the last tokens).
    private double[][] Convolve(ConvolutionSpec convolution, double[][] normed)
    {
        int channels = convolution.Channels;
        double[] filter = Vector(convolution.Filter);
        double[][] gates = [.. normed.Select(row => Project(convolution.Input, null, row))];
        return [.. gates.Select((gate, position) => Project(
            convolution.Output, null, [.. Enumerable.Range(0, channels).Select(channel => Output(gate, position, channel))]))];

        double Output(double[] gate, int position, int channel) => gate[channels + channel] * Enumerable.Range(0, convolution.Taps)
            .Where(back => back <= position)
            .Sum(back => filter[channel * convolution.Taps + convolution.Taps - 1 - back]
                * gates[position - back][channel] * gates[position - back][2 * channels + channel]);
    }

    private double[] Query(AttentionSpec attention, double[] input, int position)
    {
        double[] query = Turn(attention, Project(attention.Query, attention.QueryBias, input), attention.QueryNorm, position);
        return _spec.Scores.Temperature is TemperatureSpec temperature && !(temperature.IsOfUnrotated && attention.Rotary is not null)
            ? [.. query.Select(value => value * ReferenceMath.Temperature(temperature, position))]
            : query;
    }

    private double[] Key(AttentionSpec attention, double[] input, int position) =>
        Turn(attention, Project(attention.Key!, attention.KeyBias, input), attention.KeyNorm, position);

    // Where there is no matrix of values, they are the keys before their norm.
    private double[] Value(AttentionSpec attention, double[] input)
    {
        double[] heads = Project(attention.Value ?? attention.Key!, attention.ValueBias, input);
        return
        [
            .. ReferenceMath.Clamp(heads, _spec.Scores.Clamp).Chunk(attention.Heads.Dimension)
                .SelectMany(head => ReferenceMath.Norm(head, attention.ValueNorm, Vector)),
        ];
    }

    // Clamped, normalised and rotated; the norm before the rotation or behind it.
    private double[] Turn(AttentionSpec attention, double[] heads, NormSpec? norm, int position)
    {
        heads = ReferenceMath.Clamp(heads, _spec.Scores.Clamp);
        heads = attention.NormsAfterRotation ? heads : NormHeads(attention, heads, norm);
        if (attention.Rotary is int rotary)
        {
            RotarySpec spec = _spec.Rotaries[rotary];
            heads = [.. heads.Chunk(attention.Heads.Dimension).SelectMany(head => ReferenceMath.Rotate(head, position, spec, FactorsOf(spec)))];
        }

        return attention.NormsAfterRotation ? NormHeads(attention, heads, norm) : heads;
    }

    // What the angles of a rotation are divided by.
    private double[]? FactorsOf(RotarySpec rotary)
    {
        TensorSpec? divisors = _contextLength > rotary.Scaling.OriginalContext ? rotary.LongFactors ?? rotary.Factors : rotary.Factors;
        return divisors is null ? null : Vector(divisors);
    }

    private double[] NormHeads(AttentionSpec attention, double[] heads, NormSpec? norm) => attention.NormExtent switch
    {
        HeadNormExtent.AllHeads => ReferenceMath.Norm(heads, norm, Vector),
        HeadNormExtent.OwnHead when norm is not null =>
        [
            .. heads.Chunk(attention.Heads.Dimension).SelectMany((head, i) => ReferenceMath.Norm(
                head, norm, weights => Vector(weights).AsSpan(i * attention.Heads.Dimension, attention.Heads.Dimension).ToArray())),
        ],
        _ => [.. heads.Chunk(attention.Heads.Dimension).SelectMany(head => ReferenceMath.Norm(head, norm, Vector))],
    };

    // Of each head: Σ softmax(score) · v over the tokens that the query sees.
    private double[] Attend(AttentionSpec attention, double[] query, double[][] keys, double[][] values, int position)
    {
        double[] attended = new double[query.Length];
        int begin = attention.Window == 0 ? 0
            : attention.IsChunked ? position / attention.Window * attention.Window
            : attention.SeesAll ? Math.Max(position - attention.Window / 2, 0)
            : Math.Max(position + 1 - attention.Window, 0);
        double[]? sinks = attention.Sinks is null ? null : Vector(attention.Sinks);
        for (int head = 0; head < attention.Heads.Queries; head++)
        {
            int q = head * attention.Heads.Dimension;
            int kv = head / attention.Heads.GroupSize * attention.Heads.Dimension;
            double[] scores = [.. Enumerable.Range(begin, keys.Length - begin).Select(key => Score(head, key))];
            double largest = Math.Max(scores.Max(), sinks?[head] ?? double.NegativeInfinity);
            double[] weights = [.. scores.Select(score => Math.Exp(score - largest))];
            double sum = weights.Sum() + (sinks is null ? 0 : Math.Exp(sinks[head] - largest));
            for (int key = begin; key < keys.Length; key++)
            {
                for (int i = 0; i < attention.Heads.Dimension; i++)
                {
                    attended[q + i] += weights[key - begin] / sum * values[key][kv + i];
                }
            }

            double Score(int head, int key)
            {
                double product = 0;
                for (int i = 0; i < attention.Heads.Dimension; i++)
                {
                    product += query[q + i] * keys[key][kv + i];
                }

                ScoreSpec spec = _spec.Scores;
                double score = ReferenceMath.SoftCap(product * spec.Scale, spec.SoftCap);
                score += ReferenceMath.DistanceBias(attention, head, key - position, Vector);
                return spec.MaxBias == 0 ? score : score + ReferenceMath.Slope(head, attention.Heads.Queries, spec.MaxBias) * -Math.Abs(key - position);
            }
        }

        return attended;
    }

    // A token shift reads what the network read for the token before. Experts beside a dense network read x itself, each part behind a norm of its
    // own; some routers what the layer begins with.
    private double[] Feed(NetworkSpec network, double[] input, double[] before, double[] x, double[] begun) => network switch
    {
        ChannelMixSpec mix => TimeMix.Gate(mix, input, before, Feed(mix.Network, ReferenceTimeMix.Shift(input, before, Vector(mix.Shift)), weight: 1)),
        FeedForwardSpec feed => Feed(feed, input, weight: 1),
        ExpertsSpec experts => Mix(experts, input, experts.Router.ReadsLayerInput ? begun : input),
        DenseAndExpertsSpec both =>
        [
            .. ReferenceMath.Norm(Feed(both.Dense, input, weight: 1), both.DensePostNorm, Vector).Zip(
                ReferenceMath.Norm(
                    Mix(both.Experts, ReferenceMath.Norm(x, both.ExpertsNorm, Vector), ReferenceMath.Norm(x, both.RouterNorm, Vector)),
                    both.ExpertsPostNorm,
                    Vector),
                (one, other) => one + other),
        ],
        _ => throw new InvalidOperationException(network.GetType().Name + " has no reference."),
    };

    // The weight is that of an expert's input, as llama4 has it.
    private double[] Feed(FeedForwardSpec feed, double[] input, double weight)
    {
        double[] up = [.. Project(feed.Up, feed.UpBias, input).Select(value => value * weight)];
        double[] hidden = feed.Gate is TensorSpec gate
            ? [.. Cut(Project(gate, feed.GateBias, input), feed.Sparsity).Zip(up, (value, factor) => ReferenceMath.Activate(value * weight, factor, feed.Activation))]
            : [.. up.Select(value => ReferenceMath.Activate(value, 1, feed.Activation))];
        return Project(feed.Down, feed.DownBias, ReferenceMath.Norm(hidden, feed.HiddenNorm, Vector));
    }

    // What is so many standard deviations above the mean.
    private static double[] Cut(double[] gate, double deviations)
    {
        double mean = gate.Average();
        double cut = mean + deviations * Math.Sqrt(gate.Sum(value => (value - mean) * (value - mean)) / (gate.Length - 1));
        return deviations == 0 ? gate : [.. gate.Select(value => Math.Max(value - cut, 0))];
    }

    // Σ weight · expert(x) over the chosen experts, and what all tokens take.
    private double[] Mix(ExpertsSpec experts, double[] input, double[] routed)
    {
        RouterSpec router = experts.Router;
        double[] logits = [.. Project(router.Weight, router.Bias, routed).Select(logit => logit * router.ProductScale)];
        double[]? scales = router.OutputScales is null ? null : Vector(router.OutputScales);
        double[] sum = new double[input.Length];
        foreach ((int expert, double weight) in ReferenceRouter.Choose(router, logits, router.SelectionBias is null ? null : Vector(router.SelectionBias)))
        {
            double factor = (router.WeighsInput ? 1 : weight) * (scales?[expert] ?? 1);
            Add(Feed(OfExpert(experts.Experts, expert), input, router.WeighsInput ? weight : 1), factor);
        }

        if (experts.Shared is FeedForwardSpec shared)
        {
            Add(
                Feed(shared, input, weight: 1),
                experts.SharedScale * (experts.SharedGate is TensorSpec gate ? 1 / (1 + Math.Exp(-Project(gate, null, input)[0])) : 1));
        }

        return sum;

        void Add(double[] output, double factor)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += factor * output[i];
            }
        }
    }

    private static FeedForwardSpec OfExpert(FeedForwardSpec stack, int expert)
    {
        return stack with
        {
            Gate = Of(stack.Gate),
            Up = Of(stack.Up)!,
            Down = Of(stack.Down)!,
            GateBias = Of(stack.GateBias),
            UpBias = Of(stack.UpBias),
            DownBias = Of(stack.DownBias),
        };

        TensorSpec? Of(TensorSpec? tensor) => tensor is null ? null : OfStack(tensor, expert);
    }

    public static TensorSpec OfStack(TensorSpec stack, int index) => stack with { First = stack.First + index * stack.Pitch, Count = 1, Pitch = 0 };

    private void AddBranch(double[] x, double[] branch, NormSpec? norm)
    {
        double[] normed = ReferenceMath.Norm(branch, norm, Vector);
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += normed[i] * _spec.ResidualScale;
        }
    }

    private double[] Head(double[] x)
    {
        HeadSpec head = _spec.Head;
        double[] normed = ReferenceMath.Norm(x, head.Norm, Vector);
        if (head.Output is null)
        {
            return normed;
        }

        double[] logits = Project(head.Output, head.OutputBias, normed);
        return [.. logits.Select(logit => ReferenceMath.SoftCap(logit * head.Scale, head.SoftCap))];
    }
}
