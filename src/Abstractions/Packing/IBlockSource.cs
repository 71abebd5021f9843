using System;

namespace ModelGen.Packing;

/// <summary>Where one thread that packs reads the GGUF file.</summary>
internal unsafe interface IBlockSource : IDisposable
{
    /// <summary>Bytes of the file. They stay where they are until the next call.</summary>
    /// <param name="offset">Bytes from the start of the file.</param>
    /// <param name="length">Bytes.</param>
    byte* Read(long offset, int length);
}
