using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>
/// Memory of one kind: neighbouring positions of a text for all layers of a state class, or a state of all layers whose state has a fixed size.
/// </summary>
/// <param name="address">Its first byte.</param>
internal sealed unsafe class Page(byte* address)
{
    /// <summary>Its first byte.</summary>
    public byte* Address => address;

    /// <summary>Its memory, where it is no other page's too.</summary>
    public NativeBlock? Block { get; init; }

    /// <summary>Sequences that have it; guarded by the pool. One that others have too is never written to.</summary>
    public int References { get; set; }
}
