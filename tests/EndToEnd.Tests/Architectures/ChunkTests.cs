using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>Attention by chunks, whose length llama4 has fixed: nothing of the chunks before is seen, and all of the own one.</summary>
public sealed class ChunkTests
{
    private const int Chunk = 8192;
    private const int Behind = 24;

    // Angles of positions beyond the chunk are rounded otherwise.
    private const double RotationBound = 1e-3;

    [Fact]
    public void WhatLiesBeforeTheChunkChangesNothing()
    {
        // Three layers that all have chunks, and all rotate.
        DecoderPreset preset = DecoderPresets.Find("llama4").With("llama4-chunks", "attention.sliding_window_pattern", 0) with
        {
            Layers = 3, ContextLength = Chunk + 64,
        };
        string path = TemporaryFiles.Write("chunks.gguf", DecoderWriter.Write(preset, FormatMix.Floats));
        using CompiledDecoder model = ModelCompiler.Compile(path, contextLength: Chunk + 64, keyValueFormat: KeyValueFormat.Float32)
            .Load(new LoadOptions { ThreadCount = 2 });
        using Session session = model.CreateSession();
        int[] text = ArchitectureModels.Text(Behind, DecoderWriter.VocabularySize);
        (float[] last, float[][] behind) = Evaluate(1);
        (float[] otherLast, float[][] otherBehind) = Evaluate(2);
        otherBehind.SelectMany(logits => Logits.Bits(logits)).ShouldBe(behind.SelectMany(logits => Logits.Bits(logits)));
        Logits.Bits(otherLast).ShouldNotBe(Logits.Bits(last), "the last query of a chunk sees all of it");

        session.Rewind(0);
        double[][] alone = [.. text.Select(token => session.Evaluate([token]).ToArray().Select(logit => (double)logit).ToArray())];
        LogitErrors.Of(behind, alone).RootMeanSquare.ShouldBeLessThan(RotationBound);

        // A prompt over the chunk's end, in batches that hold rows of both.
        session.Rewind(0);
        Logits.Bits(session.Evaluate([.. Before(1), .. text])).ShouldBe(Logits.Bits(behind[^1]));
        TemporaryFiles.Delete(path);

        (float[] Last, float[][] Behind) Evaluate(int seed)
        {
            session.Rewind(0);
            float[] end = session.Evaluate(Before(seed)).ToArray();
            return (end, [.. text.Select(token => session.Evaluate([token]).ToArray())]);
        }
    }

    // The last token is the same, so that what differs is what it sees.
    private static int[] Before(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Chunk - 1).Select(_ => random.Next(3, DecoderWriter.VocabularySize)), 5];
    }
}
