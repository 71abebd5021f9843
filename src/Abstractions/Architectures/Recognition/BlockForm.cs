namespace ModelGen.Architectures;

/// <summary>What a block is made of.</summary>
internal enum BlockForm
{
    /// <summary>A mixer, then a feed-forward network, each with a norm of its own.</summary>
    MixerAndNetwork,

    /// <summary>A recurrent mixer and an attention that read the same, then a feed-forward network.</summary>
    BothMixersAndNetwork,

    /// <summary>A mixer alone.</summary>
    Mixer,

    /// <summary>A mixer, or where feed_forward_length is not 0 a feed-forward network, with the one norm.</summary>
    MixerOrNetwork,
}
