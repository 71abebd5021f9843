using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>What an encoder does with the vectors of a text's tokens.</summary>
/// <param name="Pooling">How they become one; never <see cref="PoolingKind.Rank"/>.</param>
internal sealed record EncoderSpec(PoolingKind Pooling)
{
    /// <summary>What the pooled vector goes through; empty: it is the result.</summary>
    public EquatableArray<VectorLayerSpec> Layers { get; init; } = EquatableArray<VectorLayerSpec>.Empty;

    /// <summary>Whether those layers make a score of a query and a document that were read together; else they make the text's vector.</summary>
    public bool IsRanker { get; init; }

    /// <summary>Names of the scores, one each; empty: it is none.</summary>
    public EquatableArray<string> Labels { get; init; } = EquatableArray<string>.Empty;

    /// <summary>What weighs the vocabulary's terms by a text, beside its vector; null: nothing.</summary>
    public TermsSpec? Terms { get; init; }
}

/// <summary>
/// A head that was trained to guess masked tokens (Devlin et al. 2018), which weighs terms too (Formal et al. 2021, SPLADE): a token's logits
/// are Output · norm(gelu(Hidden · x + HiddenBias)) + OutputBias with the exact GELU, where the model has the parts.
/// </summary>
/// <param name="Hidden">[embedding, embedding].</param>
/// <param name="HiddenBias">Null: none.</param>
/// <param name="Norm">Of the hidden values.</param>
/// <param name="Output">[embedding, vocabulary]; the token embedding itself where the head is tied.</param>
/// <param name="OutputBias">[vocabulary]; null: none.</param>
internal sealed record TermsSpec(TensorSpec Hidden, TensorSpec? HiddenBias, NormSpec Norm, TensorSpec Output, TensorSpec? OutputBias);

/// <summary>A layer that a pooled vector goes through: y = norm(f(Weight · x + Bias)), the parts that it has.</summary>
/// <param name="Weight">A stack of rows, each as long as x, kept as floats: a text is one vector, whatever it has of tokens.</param>
/// <param name="Bias">Null: none.</param>
/// <param name="Function">f.</param>
/// <param name="Norm">Null: none.</param>
internal sealed record VectorLayerSpec(TensorSpec Weight, TensorSpec? Bias, VectorFunction Function, NormSpec? Norm);

/// <summary>What a layer behind the pooling does with its elements.</summary>
internal enum VectorFunction
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

/// <summary>How the vectors of a text's tokens become one; the numbers are those of the key pooling_type.</summary>
internal enum PoolingKind
{
    /// <summary>They do not: each token has its own.</summary>
    None = 0,

    /// <summary>Their mean.</summary>
    Mean = 1,

    /// <summary>The first token's.</summary>
    First = 2,

    /// <summary>The last token's.</summary>
    Last = 3,

    /// <summary>A score is made of one of the others, which the architecture says.</summary>
    Rank = 4,
}
