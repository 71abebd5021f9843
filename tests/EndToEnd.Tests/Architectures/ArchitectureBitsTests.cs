using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>
/// What a model answers to a text is the same to the bit however the text got there: token by token, cut anywhere, in batches with other
/// sessions' tokens, in a fork, after rewinding, saved and restored.
/// </summary>
public sealed class ArchitectureBitsTests
{
    // Windows of 8 keys are crossed often; two pages of 256 positions, so that those of layers with a window are given back.
    private const int Length = 300;
    private const int Sessions = 3;

    public static TheoryData<string, string> InMixes => ArchitectureModels.InMixes;

    [Theory]
    [MemberData(nameof(InMixes))]
    public async Task AnswersDoNotDependOnHowTheyWereEvaluated(string preset, string format)
    {
        LlamaCpp.Require();
        using CompiledDecoder model = ModelCompiler.Compile(ArchitectureModels.PathOf(preset, format)).Load(new LoadOptions { ThreadCount = 2 });
        int length = Math.Min(Length, model.Info.ContextLength);
        int[][] texts = [.. Enumerable.Range(0, Sessions).Select(seed => Text(seed, length, model.Info.VocabularySize))];
        int[][][] alone = [.. texts.Select(text => Decode(model, text))];
        CheckAll(model, texts[0], alone[0]);
        CheckCuts(model, texts[0], alone[0]);
        CheckForks(model, texts, alone);
        CheckRewinding(model, texts, alone);
        CheckSaved(model, texts[0], alone[0]);
        await CheckTogether(model, texts, alone);
    }

    // The logits after each token, evaluated one by one.
    private static int[][] Decode(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        return [.. text.Select(token => Logits.Bits(session.Evaluate([token])))];
    }

    private static void CheckAll(CompiledDecoder model, int[] text, int[][] alone)
    {
        using Session session = model.CreateSession(new SessionOptions { ContextLength = text.Length });
        int position = 0;
        foreach (ReadOnlySpan<float> logits in session.EvaluateAll(text))
        {
            Logits.Bits(logits).ShouldBe(alone[position], $"logits after token {position} of all");
            position++;
        }

        position.ShouldBe(text.Length);
    }

    private static void CheckCuts(CompiledDecoder model, int[] text, int[][] alone)
    {
        Random random = new(text.Length);
        using Session session = model.CreateSession();
        for (int position = 0; position < text.Length;)
        {
            int count = Math.Min(random.Next(1, 2 << random.Next(7)), text.Length - position);
            int[] bits = Logits.Bits(session.Evaluate(text.AsSpan(position, count)));
            position += count;
            bits.ShouldBe(alone[position - 1], $"{count} tokens up to {position}");
        }
    }

    // Forks in the middle of a page and behind it, each going on with a text of its own, the parent last.
    private static void CheckForks(CompiledDecoder model, int[][] texts, int[][][] alone)
    {
        int[] forksAt = [.. new[] { 5, 64, 257 }.Where(position => position + 9 < texts[0].Length)];
        foreach (int position in forksAt)
        {
            using Session parent = model.CreateSession();
            parent.Evaluate(texts[0].AsSpan(0, position));
            using Session first = parent.Fork();
            using Session second = first.Fork();
            int[] other = texts[1][..8];
            int[] expected = Answer(model, [.. texts[0][..position], .. other]);
            Logits.Bits(first.Evaluate(other)).ShouldBe(expected, $"first fork at {position}");
            Logits.Bits(second.Evaluate(texts[0].AsSpan(position, 8))).ShouldBe(alone[0][position + 7], $"second fork at {position}");
            Logits.Bits(parent.Evaluate(texts[0].AsSpan(position, 9))).ShouldBe(alone[0][position + 8], $"parent at {position}");

            // Into what is shared, and on from there.
            first.Rewind(3);
            Logits.Bits(first.Evaluate(texts[0].AsSpan(3, position))).ShouldBe(alone[0][position + 2], $"rewound fork at {position}");
            Logits.Bits(second.Evaluate(texts[0].AsSpan(position + 8, 1))).ShouldBe(alone[0][position + 8], $"second fork at {position}, on");
        }
    }

    private static void CheckRewinding(CompiledDecoder model, int[][] texts, int[][][] alone)
    {
        using Session session = model.CreateSession();
        session.Evaluate(texts[1]);
        foreach (int position in new[] { texts[0].Length - 1, texts[0].Length / 2, 3, 0 })
        {
            session.Rewind(position);
            int[] expected = position == 0 ? alone[0][1] : Answer(model, [.. session.Tokens, .. texts[0][..2]]);
            Logits.Bits(session.Evaluate(texts[0].AsSpan(0, Math.Min(2, texts[0].Length - position)))).ShouldBe(
                position == texts[0].Length - 1 ? Answer(model, session.Tokens.ToArray()) : expected, $"rewound to {position}");
        }
    }

    private static void CheckSaved(CompiledDecoder model, int[] text, int[][] alone)
    {
        foreach (int position in new[] { 1, text.Length / 2, text.Length - 1 })
        {
            using Session session = model.CreateSession();
            session.Evaluate(text.AsSpan(0, position));
            using MemoryStream stream = new();
            session.Save(stream);
            stream.Position = 0;
            using Session restored = model.CreateSession(stream);
            Logits.Bits(restored.Evaluate(text.AsSpan(position))).ShouldBe(alone[^1], $"saved at {position}");
        }
    }

    // All sessions start together, with prompts of different lengths, and go on token by token.
    private static async Task CheckTogether(CompiledDecoder model, int[][] texts, int[][][] alone)
    {
        using var start = new Barrier(texts.Length);
        int[][][] together = await Task.WhenAll(texts.Select((text, index) => Task.Factory.StartNew(
            () =>
            {
                int prompt = text.Length - 20 + 5 * index;
                List<int[]> bits = [];
                using Session session = model.CreateSession();
                start.SignalAndWait();
                bits.Add(Logits.Bits(session.Evaluate(text.AsSpan(0, prompt))));
                for (int position = prompt; position < text.Length; position++)
                {
                    bits.Add(Logits.Bits(session.Evaluate(text.AsSpan(position, 1))));
                }

                return bits.ToArray();
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        for (int index = 0; index < texts.Length; index++)
        {
            together[index].ShouldBe(alone[index][^together[index].Length..], $"session {index} of several");
        }
    }

    private static int[] Answer(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        return Logits.Bits(session.Evaluate(text));
    }

    private static int[] Text(int seed, int length, int vocabulary)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(3, vocabulary))];
    }
}
