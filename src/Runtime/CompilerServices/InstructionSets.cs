using System;
using System.ComponentModel;
using System.Linq;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.CompilerServices;

/// <summary>Chooses the instruction set of the process, and what else depends on its processor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InstructionSets
{
    /// <summary>The environment variable that forces an instruction set.</summary>
    internal const string VariableName = "MODELGEN_ISA";

    private static readonly Lazy<InstructionSet> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(VariableName), Usable()));

    /// <summary>
    /// Whether kernels ask for every cache line of the weights ahead of them, or for one a block of weights and leave the others to the
    /// processor. What is faster differs by maker and by much (docs/performance.md): Intel's processors want each line, AMD's lose by it.
    /// </summary>
    public static readonly bool PrefetchesEveryLine = IsIntel();

    /// <summary>The instruction set that kernels use in this process.</summary>
    /// <exception cref="ModelGenException">MODELGEN_ISA names none, or one that this processor does not have.</exception>
    public static InstructionSet Current => Chosen.Value;

    private static bool IsIntel()
    {
        if (!X86Base.IsSupported)
        {
            return false;
        }

        // Leaf 0 names the maker in ebx, edx, ecx: "Genu", "ineI", "ntel".
        (_, int ebx, int ecx, int edx) = X86Base.CpuId(0, 0);
        return (ebx, edx, ecx) == (0x756E6547, 0x49656E69, 0x6C65746E);
    }

    /// <summary>What this process can use, the best first.</summary>
    private static InstructionSet[] Usable() =>
        Dp.Arm64.IsSupported ? [InstructionSet.AdvSimdDp, InstructionSet.AdvSimd]
        : AdvSimd.Arm64.IsSupported ? [InstructionSet.AdvSimd]
        : Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? [InstructionSet.Avx512, InstructionSet.Avx2, InstructionSet.Vector128]
        : Avx2.IsSupported && Fma.IsSupported ? [InstructionSet.Avx2, InstructionSet.Vector128]
        : [InstructionSet.Vector128];

    /// <summary>What a process uses whose environment says <paramref name="forced"/> and that can use <paramref name="usable"/>, the best first.</summary>
    internal static InstructionSet Choose(string? forced, InstructionSet[] usable)
    {
        if (string.IsNullOrEmpty(forced))
        {
            return usable[0];
        }

        InstructionSet wanted = forced.ToLowerInvariant() switch
        {
            "avx512" => InstructionSet.Avx512,
            "avx2" => InstructionSet.Avx2,
            "vector128" => InstructionSet.Vector128,
            "advsimddp" => InstructionSet.AdvSimdDp,
            "advsimd" => InstructionSet.AdvSimd,
            _ => throw new ModelGenException(
                $"{VariableName} is '{forced}'; it must be avx512, avx2 or vector128 (x86-64), advsimddp or advsimd (ARM64), or not be set."),
        };
        if (!usable.Contains(wanted))
        {
            throw new ModelGenException(
                $"{VariableName} asks for {wanted}, and this process can use {string.Join(" or ", usable)}: the processor lacks it, or a NativeAOT program was published without it.");
        }

        return wanted;
    }
}
