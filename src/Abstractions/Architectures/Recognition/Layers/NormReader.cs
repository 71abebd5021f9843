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
    /// <param name="name">Begin of its tensors' names.</param>
    /// <param name="isBare">Whether that is the name of its weights.</param>
    public NormSpec Norm(string name, bool isBare = false) => Norm(name, _embedding, isBare);

    /// <summary>A norm of so many floats.</summary>
    /// <param name="name">Begin of its tensors' names.</param>
    /// <param name="length">Floats.</param>
    /// <param name="isBare">Whether that is the name of its weights.</param>
    public NormSpec Norm(string name, int length, bool isBare = false) => new(
        _traits.Norm,
        Epsilon,
        _traits.HasNormWeights ? _header.Vector(isBare ? name : name + ".weight", length) : null,
        _header.Vector(name + ".bias", length, _traits.NormBias));
}
