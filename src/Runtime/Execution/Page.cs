namespace ModelGen.Execution;

/// <summary>A page of one state class: neighbouring positions of a text, for all layers of the class.</summary>
/// <param name="address">Its first byte.</param>
internal sealed unsafe class Page(byte* address)
{
    /// <summary>Its first byte.</summary>
    public byte* Address => address;

    /// <summary>Sequences that have it in their table; guarded by the pool. One that others have too is never written to.</summary>
    public int References { get; set; }
}
