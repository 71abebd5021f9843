using System;
using System.Linq;

namespace ModelGen.Architectures;

/// <summary>Reads the feed-forward network of a layer: one that all tokens take, or a mixture of experts.</summary>
internal sealed class NetworkReader : INetworkReader
{
    private readonly HeaderQuery _header;
    private readonly DecoderTraits _traits;
    private readonly NormReader _norms;
    private readonly DecoderShape _shape;
    private readonly int _embedding;
    private readonly ExpertsReader? _experts;

    /// <param name="header">The file's header.</param>
    /// <param name="traits">How the architecture differs from the usual one.</param>
    /// <param name="norms">Reads its norms.</param>
    /// <param name="shape">Its sizes.</param>
    public NetworkReader(HeaderQuery header, DecoderTraits traits, NormReader norms, DecoderShape shape)
    {
        _header = header;
        _traits = traits;
        _norms = norms;
        _shape = shape;
        _embedding = shape.Embedding;

        // Where layers differ, a file names the hidden units of experts.
        int hidden = Math.Max(shape.Hidden.Append(0).Max(), 1);
        _experts = traits.Experts is ExpertTraits experts ? new ExpertsReader(header, traits, experts, shape.Embedding, hidden) : null;
    }

    /// <summary>Reads a layer's.</summary>
    /// <param name="prefix">Begin of its tensors' names.</param>
    /// <param name="layer">Its number.</param>
    public NetworkSpec Read(string prefix, int layer) =>
        _experts is null || !_traits.Experts!.HasExperts(layer) ? FeedForward(prefix, layer)
        : _traits.Experts.HasDenseBeside ? DenseAndExperts(prefix, layer, _experts)
        : _experts.Read(prefix, layer);

    private DenseAndExpertsSpec DenseAndExperts(string prefix, int layer, ExpertsReader experts) => new(
        FeedForward(prefix, layer),
        _norms.Norm(prefix + "post_ffw_norm_1"),
        _norms.Norm(prefix + "pre_ffw_norm_2"),
        new NormSpec(NormKind.RootMeanSquare, _norms.Epsilon, _header.Vector(prefix + "ffn_gate_inp.scale", _embedding), Bias: null),
        experts.Read(prefix, layer),
        _norms.Norm(prefix + "post_ffw_norm_2"));

    private FeedForwardSpec FeedForward(string prefix, int layer)
    {
        int hidden = _shape.Hidden[layer];
        bool isFused = _traits.IsGated && !_header.HasTensor(prefix + "ffn_gate.weight") && _header.HasRows(prefix + "ffn_up.weight", 2L * hidden);
        string fused = isFused ? prefix + "ffn_up" : "";
        string[] names = _traits.IsGated ? [prefix + "ffn_gate", prefix + "ffn_up"] : [prefix + "ffn_up"];
        int[] rows = _traits.IsGated ? [hidden, hidden] : [hidden];
        TensorSpec[] weights = _header.Parts(fused, names, _embedding, rows);
        TensorSpec?[] biases = _header.Biases(fused, names, rows, _traits.FeedForwardBias);
        return new FeedForwardSpec(
            Activation: _traits.Activation(layer),
            Gate: _traits.IsGated ? weights[0] : null,
            Up: weights[weights.Length - 1],
            Down: _header.Matrix(prefix + "ffn_down.weight", hidden, _embedding),
            GateBias: _traits.IsGated ? biases[0] : null,
            UpBias: biases[biases.Length - 1],
            DownBias: _header.Vector(prefix + "ffn_down.bias", _embedding, _traits.FeedForwardBias))
        {
            Sparsity = _traits.Sparsity(layer),
            HiddenNorm = _traits.HiddenNorm is string norm ? _norms.Norm(prefix + norm, hidden) : null,
        };
    }
}
