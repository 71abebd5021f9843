using System;

namespace ModelGen.Packing;

/// <summary>Where one thread that packs reads the GGUF file, or the parts of a split one as if they lay one behind the other.</summary>
internal unsafe interface IBlockSource : IDisposable
{
    /// <summary>Bytes of one tensor, so that they are in one part. They stay where they are until the next call.</summary>
    /// <param name="offset">Bytes from the start of the file, or of the first part.</param>
    /// <param name="length">Bytes.</param>
    byte* Read(long offset, int length);
}
