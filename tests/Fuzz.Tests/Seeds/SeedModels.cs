using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>Valid GGUF files: one small model of each shape of header that tiny models can have, and one of all value types.</summary>
internal static class SeedModels
{
    /// <summary>The smallest model: what is fuzzed with a compiled model uses it.</summary>
    public static TinyModel Smallest { get; } = new()
    {
        Name = "fuzzed", Seed = 13, Layers = 1, Embedding = 16, Heads = 2, KeyValueHeads = 1, HeadDimension = 8, Hidden = 16, Vocabulary = 48,
        IsTied = true,
    };

    /// <summary>Whole files.</summary>
    public static IReadOnlyList<byte[]> Files { get; } =
    [
        Smallest.ToArray(),
        (Smallest with { IsTied = false, HasRotaryFactors = true, Format = TensorKind.F16, ChatTemplate = "{{ messages[0].content }}" }).ToArray(),
        (Smallest with { Architecture = "qwen2", Layers = 2, Embedding = 32, HeadDimension = 16, Hidden = 32, Format = TensorKind.Q8_0 }).ToArray(),
        (Smallest with { Architecture = "qwen3", Tokenizer = "gpt2", Format = TensorKind.BF16 }).ToArray(),
        EveryType(),
    ];

    /// <summary>The files up to their data.</summary>
    public static IReadOnlyList<byte[]> Headers { get; } = [.. Files.Select(file => file[..(int)ReadHeader(file).DataOffset])];

    /// <summary>Bytes behind the headers that all of their tensors have room in.</summary>
    public static int DataBytes { get; } = Files.Zip(Headers).Max(pair => pair.First.Length - pair.Second.Length);

    /// <summary>The header of a file.</summary>
    public static GgufHeader ReadHeader(byte[] file) => GgufHeaderReader.Read(new MemoryStream(file), "seed.gguf").Header;

    /// <summary>The header of a model in several files.</summary>
    public static GgufHeader ReadSplitHeader()
    {
        string folder = Directory.CreateTempSubdirectory("modelgen-fuzz-").FullName;
        try
        {
            return GgufHeaderReader.ReadFile(SplitGguf.Write(folder, "seed", SplitGguf.Of(Smallest.ToArray(), 3))).Header;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // No model, but every kind of value.
    private static byte[] EveryType() => new GgufWriter(alignment: 64)
        .AddString("general.architecture", "llama").AddFloat32("f32", 1.5f).AddFloat64("f64", -1e300).AddBool("bool", true)
        .AddUInt8("u8", 255).AddInt8("i8", -1).AddUInt16("u16", 65535).AddInt16("i16", -1).AddUInt32("u32", uint.MaxValue).AddInt32("i32", -1)
        .AddUInt64("u64", ulong.MaxValue).AddInt64("i64", -1).AddStrings("strings", "a", "bc").AddFloats("floats", Enumerable.Range(0, 300).Select(i => (float)i))
        .AddArray("nested", GgufWriter.ValueType.Array, [new[] { 1, 2 }, [3]], (writer, inner) =>
            GgufWriter.WriteArray(writer, GgufWriter.ValueType.Int32, inner, (innerWriter, value) => innerWriter.Write(value)))
        .AddTensor("t.weight", 8, [32, 2], new byte[68])
        .AddTensor("n.weight", [4], [1f, 2f, 3f, 4f])
        .ToArray();
}
