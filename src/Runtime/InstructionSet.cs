namespace ModelGen;

/// <summary>The vector instructions that a model's kernels use; chosen once a process, the best that the processor has.</summary>
/// <remarks>
/// The environment variable MODELGEN_ISA forces one that the processor has: avx512, avx2 or vector128 on x86-64, advsimddp or advsimd on ARM64.
/// </remarks>
public enum InstructionSet
{
    /// <summary>Portable 128-bit vectors: x86-64 without AVX2, and whatever is neither x86-64 nor ARM64.</summary>
    Vector128,

    /// <summary>256-bit vectors: x86-64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>512-bit vectors: x86-64 with AVX-512 F, BW, DQ and VL.</summary>
    Avx512,

    /// <summary>128-bit vectors of ARM64 (Advanced SIMD, "NEON"), which every ARM64 processor has.</summary>
    AdvSimd,

    /// <summary>The same with the dot products of bytes (FEAT_DotProd): most ARM64 processors since 2018.</summary>
    AdvSimdDp,
}
