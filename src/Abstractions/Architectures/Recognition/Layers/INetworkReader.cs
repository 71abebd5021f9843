namespace ModelGen.Architectures;

/// <summary>Reads feed-forward networks of one kind.</summary>
internal interface INetworkReader
{
    /// <summary>Reads a layer's network.</summary>
    /// <param name="prefix">Begin of the names of its tensors.</param>
    /// <param name="layer">Its number.</param>
    NetworkSpec Read(string prefix, int layer);
}
