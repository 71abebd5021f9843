namespace ModelGen.Architectures;

/// <summary>Reads mixers of one kind.</summary>
internal interface IMixerReader
{
    /// <summary>Reads a layer's mixer.</summary>
    /// <param name="prefix">Begin of the names of its tensors.</param>
    /// <param name="layer">Its number.</param>
    MixerSpec Read(string prefix, int layer);
}
