using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Embeddings;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>
/// Buffers that share memory because they do not live at the same time give the bits of buffers that share none: what a step says that it reads
/// and writes is what it does.
/// </summary>
public sealed class ArenaTests
{
    private const int Length = 100;

    private const int EncoderLength = 400;

    public static TheoryData<string, string> InMixes => ArchitectureModels.InMixes;

    public static TheoryData<string> Encoders => [.. GoldenModel.Encoders.Concat(GoldenModel.EncoderMixes).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(InMixes))]
    public void FoldedMemoryGivesTheBitsOfMemoryThatSharesNothing(string preset, string format)
    {
        LlamaCpp.Require();
        string path = ArchitectureModels.PathOf(preset, format);
        CompiledClass folded = ModelCompiler.Compile(path);
        CompiledClass apart = ModelCompiler.CompileApart(path);
        Answers(apart).ShouldBe(Answers(folded));
    }

    /// <summary>What waits between the halves of a layer, in more batches than one.</summary>
    [Theory]
    [MemberData(nameof(Encoders))]
    public void SoDoEncoders(string name)
    {
        string path = GoldenModel.Find(name).WriteFile();
        Vectors(ModelCompiler.CompileApart(path)).ShouldBe(Vectors(ModelCompiler.Compile(path)));
    }

    private static int[][] Vectors(CompiledClass compiled)
    {
        using CompiledEncoder model = compiled.LoadEncoder(options: new LoadOptions { ThreadCount = 2 });
        int[] text = ArchitectureModels.Text(EncoderLength, model.Info.VocabularySize);
        return [.. new[] { 1, Length, EncoderLength }.Select(length => Logits.Bits(model.TokensOf(text[..length]).Vectors))];
    }

    // A prompt, a few rows, one row; the logits of each.
    private static int[][] Answers(CompiledClass compiled)
    {
        using CompiledDecoder model = compiled.Load(new LoadOptions { ThreadCount = 2 });
        int[] text = ArchitectureModels.Text(Length, model.Info.VocabularySize);
        using Session session = model.CreateSession();
        int[] cuts = [0, 70, 73, 74, 90, 91, Length];
        return [.. cuts.Skip(1).Zip(cuts, (end, start) => Logits.Bits(session.Evaluate(text.AsSpan(start, end - start))))];
    }
}
