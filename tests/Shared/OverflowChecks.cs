using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelGen.Tests.Shared;

/// <summary>
/// Finds instructions that check for overflow. Code that is compiled with such checks on and has none of these is the code that is
/// compiled without, bit for bit.
/// </summary>
internal static class OverflowChecks
{
    private const byte TwoByteOpCode = 0xFE;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null))
        .OfType<OpCode>()
        .ToDictionary(code => code.Value);

    /// <summary>Names of the methods of an assembly that have such an instruction, with the instruction.</summary>
    /// <param name="image">The assembly.</param>
    public static IReadOnlyList<string> In(byte[] image)
    {
        using var portable = new PEReader(ImmutableArray.Create(image));
        MetadataReader metadata = portable.GetMetadataReader();
        List<string> found = [];
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            string? check = FirstCheck(portable.GetMethodBody(method.RelativeVirtualAddress).GetILReader());
            if (check is not null)
            {
                string type = metadata.GetString(metadata.GetTypeDefinition(method.GetDeclaringType()).Name);
                found.Add($"{type}.{metadata.GetString(method.Name)}: {check}");
            }
        }

        return found;
    }

    private static string? FirstCheck(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            short value = code.ReadByte();
            if (value == TwoByteOpCode)
            {
                value = unchecked((short)((TwoByteOpCode << 8) | code.ReadByte()));
            }

            OpCode instruction = OpCodesByValue[value];
            if (instruction.Name!.Contains(".ovf", System.StringComparison.Ordinal))
            {
                return instruction.Name;
            }

            code.Offset += OperandBytes(instruction, code);
        }

        return null;
    }

    private static int OperandBytes(OpCode instruction, BlobReader operand) => instruction.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => sizeof(int) * (1 + operand.ReadInt32()),
        _ => 4,
    };
}
