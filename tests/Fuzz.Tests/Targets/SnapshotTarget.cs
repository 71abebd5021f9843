using System.Collections.Generic;
using System.Linq;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Gguf;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Snapshots of headers, as the compiler reads them: parsed, written again, recognised, planned. Declared: ModelGenException, and problems.</summary>
internal sealed class SnapshotTarget : IFuzzTarget
{
    public string Name => "snapshot";

    public int Share => 100;

    public IReadOnlyList<byte[]> Seeds { get; } =
        [.. SeedModels.Files.Select(SeedModels.ReadHeader).Append(SeedModels.ReadSplitHeader()).Select(header => TextInput.Of(GgufSnapshot.Write(header, "seed.gguf")))];

    public IMutator Mutator { get; } = new TextMutator(
    [
        "\n", "\r\n", "  ", " ", "\"", "\\", "\\u", "\\n", "(", ")", "[", "]", "x", "@", "-", "sha256:", "metadata 1\n", "tensors 1\n", "parts 2\n", " part 2", "  length ", "uint32 ", "uint64 ", "float32 ", "float64 ", "string ",
        "bool ", "true", "int32[2] (1 2) ", "string[300] ", "array[1] (", "nan", "inf", "1e400", "F32 ", "Q4_0 ", "MXFP4 ", "alignment ", "length ", "llama.block_count ", "\ud800", "\0", "é",
    ]);

    public long MostAllocatedBytes(int inputBytes) => (2L << 20) + 512L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        try
        {
            GgufHeader header = GgufSnapshot.Parse(TextInput.Read(input));
            ModelReading.CheckSnapshot(header);
            return ModelReading.Plan(header) is null ? FuzzOutcome.Refused : FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }
}
