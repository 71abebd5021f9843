namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>What makes a model an encoder, and what its layers differ in from those of decoders.</summary>
internal sealed record EncoderPreset
{
    /// <summary>pooling_type, where null is 0; what is compared are the vectors of tokens, whatever it says.</summary>
    public Pooling? Pooling { get; init; } = ModelGen.Pooling.Mean;

    /// <summary>Types of tokens, of which every text has the first; 0: the model knows of none.</summary>
    public int Types { get; init; }

    /// <summary>Labels of a ranker's head, behind a layer as wide as the embedding; 0: it is none.</summary>
    public int Labels { get; init; }

    /// <summary>A head that weighs terms; null: there is none.</summary>
    public TermsPreset? Terms { get; init; }

    /// <summary>Blocks normalise x behind their branches, with attn_output_norm and layer_output_norm.</summary>
    public bool NormsSums { get; init; }

    /// <summary>The first layer's attention reads x as the norm of the embedding leaves it.</summary>
    public bool IsFirstMixerUnnormed { get; init; }

    /// <summary>The norms of query and key heads have biases.</summary>
    public bool HasHeadNormBiases { get; init; }

    /// <summary>Buckets of biases by distance; then it is an encoder of T5's, whose tensors have names of their own. 0: it has no such biases.</summary>
    public int DistanceBuckets { get; init; }

    /// <summary>Each layer has biases by distance of its own, and not the first alone.</summary>
    public bool HasBiasesOfEachLayer { get; init; }

    /// <summary>Layers of the decoder that answers what it reads; 0: there is none, and vectors are what it gives.</summary>
    public int DecoderLayers { get; init; }

    /// <summary>Of the network's matrices, the last alone has a bias.</summary>
    public bool HasDownBias { get; init; }
}

/// <summary>A head that weighs terms.</summary>
/// <param name="HasBiases">Its matrices and its norm have biases.</param>
/// <param name="IsTied">Its output matrix is the token embedding.</param>
internal sealed record TermsPreset(bool HasBiases, bool IsTied);
