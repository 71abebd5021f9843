namespace ModelGen;

/// <summary>The vector instructions that a model's kernels use; chosen once a process, the widest that the processor has.</summary>
/// <remarks>The environment variable MODELGEN_ISA (avx512, avx2 or vector128) forces one.</remarks>
public enum InstructionSet
{
    /// <summary>Portable 128-bit vectors: ARM64 NEON, and x86-64 without AVX2.</summary>
    Vector128,

    /// <summary>256-bit vectors: x86-64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512-bit vectors: x86-64 with AVX-512 F, BW, DQ and VL.</summary>
    Avx512,
}
