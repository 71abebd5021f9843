using System;
using System.Linq;

using ModelGen.Gguf;
using ModelGen.Tests.Shared;

using Shouldly;

using Xunit;

namespace ModelGen.Generator.Tests.Gguf;

/// <summary>What the shape hash depends on, and what it does not.</summary>
public sealed class ShapeHashTests
{
    private sealed record Model
    {
        public string Architecture { get; init; } = "llama";

        public float FrequencyBase { get; init; } = 10000f;

        public string Name { get; init; } = "Tiny Stories";

        public string Tokenizer { get; init; } = "llama";

        public string? PreTokenizer { get; init; }

        public string[] Tokens { get; init; } = ["<s>", "a", "b"];

        public float[] Factors { get; init; } = [1f, 2f];

        public string TensorName { get; init; } = "output_norm.weight";

        public int TensorType { get; init; }

        public long[] TensorShape { get; init; } = [64, 32];

        public bool IsReversed { get; init; }

        public int Alignment { get; init; } = GgufWriter.DefaultAlignment;

        public GgufHeader Header()
        {
            Action<GgufWriter>[] entries =
            [
                writer => writer.AddString("general.architecture", Architecture),
                writer => writer.AddFloat32("llama.rope.freq_base", FrequencyBase),
                writer => writer.AddFloats("llama.rope.factors", Factors),
                writer => writer.AddString("general.name", Name),
                writer => writer.AddString("tokenizer.ggml.model", Tokenizer),
                writer => writer.AddStrings("tokenizer.ggml.tokens", Tokens),
                writer => writer.AddTensor("token_embd.weight", [4], [1f, 2f, 3f, 4f]),
                writer => writer.AddTensor(TensorName, TensorType, TensorShape, new byte[64 * 32 * 4]),
            ];
            GgufWriter file = new(alignment: Alignment);
            foreach (Action<GgufWriter> entry in IsReversed ? entries.Reverse() : entries)
            {
                entry(file);
            }

            if (PreTokenizer is not null)
            {
                file.AddString("tokenizer.ggml.pre", PreTokenizer);
            }

            return GgufHeaderReaderTests.Read(file.ToArray()).Header;
        }

        public string Hash() => GgufSnapshot.ShapeHash(Header());
    }

    [Fact]
    public void IsOfTheShapeOnly()
    {
        string hash = new Model().Hash();
        hash.ShouldMatch("^[0-9a-f]{64}$");
        new Model { Name = "A fine-tune" }.Hash().ShouldBe(hash);
        new Model { Tokens = ["<s>", "c", "d"] }.Hash().ShouldBe(hash);
        new Model { IsReversed = true }.Hash().ShouldBe(hash);
        new Model { Alignment = 4096 }.Hash().ShouldBe(hash);
    }

    [Fact]
    public void IsOfAllThatCodeDependsOn()
    {
        string[] hashes =
        [
            .. new Model[]
            {
                new(),
                new() { Architecture = "llamas" },
                new() { FrequencyBase = 10001f },
                new() { FrequencyBase = 0f },
                new() { FrequencyBase = -0f },
                new() { FrequencyBase = float.NaN },
                new() { Factors = [1f, 3f] },
                new() { Factors = [1f, 2f, 3f] },
                new() { Tokenizer = "gpt2" },
                new() { PreTokenizer = "qwen2" },
                new() { Tokens = ["<s>", "a", "b", "c"] },
                new() { TensorName = "output.weight" },
                new() { TensorType = 1 },
                new() { TensorShape = [32, 64] },
                new() { TensorShape = [64, 32, 1] },
            }.Select(model => model.Hash()),
        ];
        hashes.ShouldBeUnique();
    }

    [Fact]
    public void IsTheSameFromFileAndFromSnapshot()
    {
        // A NaN with a payload, which a snapshot does not keep.
        foreach (float frequencyBase in (float[])[1e-5f, -0f, BitConverter.Int32BitsToSingle(unchecked((int)0xFFC12345))])
        {
            GgufHeader header = new Model { FrequencyBase = frequencyBase }.Header();
            GgufSnapshot.ShapeHash(GgufSnapshot.Parse(GgufSnapshot.Write(header, "x.gguf"))).ShouldBe(GgufSnapshot.ShapeHash(header));
        }
    }
}
