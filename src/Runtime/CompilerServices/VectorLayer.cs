using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>A layer that a text's vector goes through behind the pooling: y = norm(f(W · x + bias)), the parts that it has.</summary>
/// <param name="Inputs">Floats of x.</param>
/// <param name="Outputs">Floats of y.</param>
/// <param name="Weights">Bytes from the start of the weights to W: a row an output, each padded with zeros to whole 32 floats.</param>
/// <param name="Function">f.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct VectorLayer(int Inputs, int Outputs, long Weights, VectorFunction Function)
{
    /// <summary>Bytes from the start of the weights to the bias; null: there is none.</summary>
    public long? Bias { get; init; }

    /// <summary>Bytes from the start of the weights to those of a LayerNorm (Ba et al. 2016); null: there is none.</summary>
    public long? Norm { get; init; }

    /// <summary>The norm's ε.</summary>
    public float NormEpsilon { get; init; }
}
