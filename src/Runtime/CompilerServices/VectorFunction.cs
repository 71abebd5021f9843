using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>What a layer behind the pooling does with its elements.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum VectorFunction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The hyperbolic tangent of each.</summary>
    Tanh,

    /// <summary>GELU of each, by erf (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>They become probabilities.</summary>
    Softmax,
}
