using ModelGen.Generator.Specialise;

namespace ModelGen.Kernels.Harness;

/// <summary>What the integer kernels are specialised for: a vector width, with dot products of bytes or without.</summary>
/// <param name="Width">Vector width.</param>
/// <param name="HasDot">
/// The kernels' constant of that name. Emitted code has it true on ARM64 only; every width has the operations, so that the algorithm is
/// tested on any processor.
/// </param>
internal sealed record Level(VectorWidth Width, bool HasDot)
{
    public string Name => Width.Name + (HasDot ? "Dot" : "");

    /// <summary>The constant for a request.</summary>
    public (string Name, object Value) Constant => (KernelFile.DotConstant, HasDot);
}
