using System;
using System.ComponentModel;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.CompilerServices;

/// <summary>Chooses the instruction set of the process.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InstructionSets
{
    /// <summary>The environment variable that forces an instruction set.</summary>
    internal const string VariableName = "MODELGEN_ISA";

    private static readonly Lazy<InstructionSet> Chosen = new(() => Choose(Environment.GetEnvironmentVariable(VariableName), Widest));

    /// <summary>The instruction set that kernels use in this process.</summary>
    /// <exception cref="ModelGenException">MODELGEN_ISA names none, or one that this processor does not have.</exception>
    public static InstructionSet Current => Chosen.Value;

    private static InstructionSet Widest =>
        Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported ? InstructionSet.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSet.Avx2
        : InstructionSet.Vector128;

    /// <summary>What a process uses whose environment says <paramref name="forced"/> on a processor that has <paramref name="widest"/>.</summary>
    internal static InstructionSet Choose(string? forced, InstructionSet widest)
    {
        if (string.IsNullOrEmpty(forced))
        {
            return widest;
        }

        InstructionSet wanted = forced.ToLowerInvariant() switch
        {
            "avx512" => InstructionSet.Avx512,
            "avx2" => InstructionSet.Avx2,
            "vector128" => InstructionSet.Vector128,
            _ => throw new ModelGenException($"{VariableName} is '{forced}'; it must be avx512, avx2 or vector128, or not be set."),
        };
        if (wanted > widest)
        {
            throw new ModelGenException(
                $"{VariableName} asks for {wanted}, but this process can use no more than {widest}; the processor lacks it, or a NativeAOT program was published without it.");
        }

        return wanted;
    }
}
