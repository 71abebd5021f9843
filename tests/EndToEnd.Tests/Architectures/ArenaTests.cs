using System;
using System.Linq;
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

    public static TheoryData<string, string> InMixes => ArchitectureModels.InMixes;

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
