namespace ModelGen.Architectures;

/// <summary>Reads norms.</summary>
internal sealed class NormReader
{
    private readonly HeaderQuery _header;
    private readonly DecoderTraits _traits;
    private readonly int _embedding;

    public NormReader(HeaderQuery header, DecoderTraits traits, int embedding)
    {
        _header = header;
        _traits = traits;
        _embedding = embedding;
        string key = traits.Norm == NormKind.Layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
        Epsilon = header.Real(key, traits.NormEpsilon);
    }

    public float Epsilon { get; }

    /// <summary>A norm of the residual stream.</summary>
    public NormSpec Norm(string name) => Norm(name, _embedding);

    /// <summary>A norm of so many floats.</summary>
    public NormSpec Norm(string name, int length) => new(
        _traits.Norm,
        Epsilon,
        _traits.HasNormWeights ? _header.Vector(name + ".weight", length) : null,
        _header.Vector(name + ".bias", length, _traits.NormBias));
}
