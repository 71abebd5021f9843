using System.Linq;

namespace ModelGen.Architectures;

/// <summary>Reads the feed-forward network of a layer: one that all tokens take, or a mixture of experts.</summary>
internal sealed class NetworkReader
{
    private readonly HeaderQuery _header;
    private readonly DecoderTraits _traits;
    private readonly int _embedding;
    private readonly int[] _hidden;
    private readonly ExpertsReader? _experts;

    /// <param name="header">The file's header.</param>
    /// <param name="traits">How the architecture differs from the usual one.</param>
    /// <param name="embedding">Floats of x.</param>
    /// <param name="hidden">Hidden units of each layer's network that all tokens take.</param>
    public NetworkReader(HeaderQuery header, DecoderTraits traits, int embedding, int[] hidden)
    {
        _header = header;
        _traits = traits;
        _embedding = embedding;
        _hidden = hidden;
        _experts = traits.Experts is ExpertTraits experts ? new ExpertsReader(header, traits, experts, embedding, hidden.Append(0).Max()) : null;
    }

    /// <summary>Reads a layer's.</summary>
    /// <param name="prefix">Begin of its tensors' names.</param>
    /// <param name="layer">Its number.</param>
    public NetworkSpec Read(string prefix, int layer) =>
        _experts is not null && _traits.Experts!.HasExperts(layer) ? _experts.Read(prefix, layer) : FeedForward(prefix, layer);

    private FeedForwardSpec FeedForward(string prefix, int layer)
    {
        int hidden = _hidden[layer];
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
            DownBias: _header.Vector(prefix + "ffn_down.bias", _embedding, _traits.FeedForwardBias));
    }
}
