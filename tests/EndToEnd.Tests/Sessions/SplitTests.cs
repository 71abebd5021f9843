using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Processors;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>
/// Logits depend on the text alone, to the last bit: not on how it was split into calls, what the session held before, or how many threads
/// worked on it.
/// </summary>
[Trait(InstructionSetTests.Trait, InstructionSetTests.Each)]
public sealed class SplitTests
{
    // Two batches of 192 tokens are more than 192; five blocks of 64 keys are more than 256.
    private const int Length = 310;

    private const int Cases = 12;

    // Around a tile of 24 tokens, a block of 64 keys, a batch of 192 tokens.
    private static readonly int[][] Splits =
    [
        [Length],
        [1, Length - 1],
        [Length - 1, 1],
        [192, 118],
        [193, 117],
        [191, 2, 117],
        [23, 1, 24, 25, 237],
        [63, 1, 64, 65, 117],
        [2, 2, 2, 304],
        [.. Enumerable.Repeat(31, 10)],
    ];

    public static MatrixTheoryData<string, KeyValueFormat> NamesAndFormats =>
        new([TinyModels.LongFloat.Name, TinyModels.LongMixed.Name], Enum.GetValues<KeyValueFormat>());

    [Theory]
    [MemberData(nameof(NamesAndFormats))]
    public void PrefillGivesTheBitsOfDecoding(string name, KeyValueFormat format)
    {
        TinyModel tiny = TinyModels.Find(name);
        int[] text = TinyModels.Text(tiny, seed: 5, Length);
        using CompiledDecoder model = ModelCompiler.Compile(tiny, format).Load(new LoadOptions { ThreadCount = 2 });
        int[][] decoded = Decode(model, text);
        using Session session = model.CreateSession();
        foreach (int[] split in Splits)
        {
            session.Rewind(0);
            Check(session, text, split, decoded);
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndFormats))]
    public void AnySplitAfterAnyRewindGivesTheBitsOfDecoding(string name, KeyValueFormat format)
    {
        TinyModel tiny = TinyModels.Find(name);
        int[] text = TinyModels.Text(tiny, seed: 6, Length);
        int[] other = TinyModels.Text(tiny, seed: 7, Length);
        using CompiledDecoder model = ModelCompiler.Compile(tiny, format).Load(new LoadOptions { ThreadCount = 1 });
        int[][] decoded = Decode(model, text);
        using Session session = model.CreateSession();

        // A session that has gone on with another text, then is rewound into the first one and goes on with that, in calls of any lengths.
        Gen<(int Kept, int Strayed, int[] Lengths)> histories =
            from kept in Gen.Choose(0, Length - 1)
            from strayed in Gen.Choose(1, Length - kept)
            from lengths in Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 8)), (2, Gen.Choose(9, 200))), 40)
            select (kept, strayed, lengths);
        Prop.ForAll(histories.ToArbitrary(), history =>
        {
            session.Rewind(0);
            if (history.Kept > 0)
            {
                session.Evaluate(text.AsSpan(0, history.Kept));
            }

            session.Evaluate(other.AsSpan(history.Kept, history.Strayed));
            session.Rewind(history.Kept);
            Check(session, text, history.Lengths, decoded);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(Cases).WithReplay(20260101, 297));
    }

    [Theory]
    [MemberData(nameof(NamesAndFormats))]
    public void TheNumberOfThreadsChangesNoBit(string name, KeyValueFormat format)
    {
        TinyModel tiny = TinyModels.Find(name);
        CheckThreads(ModelCompiler.Compile(tiny, format), TinyModels.Text(tiny, seed: 8, Length));
    }

    [Fact]
    public void TheNumberOfThreadsChangesNoBitOfTheDemoModel()
    {
        TruthCase truth = TruthModel.Demo.ReadTruth().Cases[0];
        CheckThreads(TruthModel.Demo.Compile(), truth.AllIds);
    }

    private static void CheckThreads(CompiledClass compiled, int[] text)
    {
        int[][]? first = null;
        foreach (int threadCount in new[] { 1, 2, 3 })
        {
            using CompiledDecoder model = compiled.Load(new LoadOptions { ThreadCount = threadCount });
            using Session session = model.CreateSession();
            int[][] bits = [Logits.Bits(session.Evaluate(text.AsSpan(0, text.Length - 8))), .. Decode(session, text.AsSpan(text.Length - 8))];
            first ??= bits;
            bits.ShouldBe(first, $"{threadCount} threads");
        }
    }

    private static void Check(Session session, int[] text, IEnumerable<int> lengths, int[][] decoded)
    {
        foreach (int length in lengths)
        {
            int count = int.Min(length, text.Length - session.Position);
            if (count == 0)
            {
                return;
            }

            int from = session.Position;
            int[] bits = Logits.Bits(session.Evaluate(text.AsSpan(from, count)));
            bits.AsSpan().SequenceEqual(decoded[from + count - 1]).ShouldBeTrue($"{count} tokens from {from}");
        }
    }

    private static int[][] Decode(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        return Decode(session, text);
    }

    private static int[][] Decode(Session session, ReadOnlySpan<int> text)
    {
        int[][] bits = new int[text.Length][];
        for (int i = 0; i < text.Length; i++)
        {
            bits[i] = Logits.Bits(session.Evaluate(text.Slice(i, 1)));
        }

        return bits;
    }
}
