using System;

namespace ModelGen.Packing;

/// <summary>Where one thread puts the blocks of a packed file, one after the other, in any order of their offsets.</summary>
internal unsafe interface IBlockTarget : IDisposable
{
    /// <summary>Memory to write the block in; what it holds is undefined.</summary>
    /// <param name="offset">Bytes from the start of the packed file.</param>
    /// <param name="length">Bytes, at most <see cref="SectionChecksum.BlockBytes"/>.</param>
    byte* Begin(long offset, int length);

    /// <summary>The block that was begun last is complete.</summary>
    /// <param name="offset">As begun.</param>
    /// <param name="length">As begun.</param>
    void End(long offset, int length);
}
