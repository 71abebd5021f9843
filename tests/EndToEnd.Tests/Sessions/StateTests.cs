using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>
/// Whatever happens to a session, what it answers is what its text asks for, to the bit: for layers that remember all positions (llama), a
/// window of them (gemma2), or a state of a fixed size (lfm2, qwen35, mamba2, rwkv7 and rwkv6 without any attention, falcon-h1 beside one, kimi-linear
/// and plamo2 in most layers), which can go back to some positions only.
/// </summary>
public sealed class StateTests
{
    // Five pages of 256 positions.
    private const int Length = 1200;
    private const int Steps = 60;

    public static MatrixTheoryData<string, int> ModelsAndSeeds =>
        new(
            ["tiny-llama", "gemma2", "lfm2", "qwen35", "mamba2", "rwkv7", "rwkv6", "falcon-h1", "deepseek2-lite", "gemma4", "kimi-linear", "plamo2"],
            [1, 2, 3]);

    [Theory]
    [MemberData(nameof(ModelsAndSeeds))]
    public async Task AnswersFollowFromTheTextWhateverHappensToASession(string name, int seed)
    {
        using CompiledDecoder model = Load(name);
        Random random = new(seed);
        Session session = model.CreateSession(new SessionOptions { ContextLength = Length });
        List<int> text = [];
        for (int step = 0; step < Steps; step++)
        {
            switch (random.Next(6))
            {
                case 0 when text.Count > 0:
                    int position = text.Count - Math.Min(1 << random.Next(11), random.Next(text.Count + 1));
                    session.Rewind(position);
                    text.RemoveRange(position, text.Count - position);
                    break;
                case 1 when text.Count < Length:
                    Session parent = session;
                    session = parent.Fork();
                    parent.Evaluate([random.Next(model.Info.VocabularySize)]);
                    parent.Dispose();
                    break;
                case 2:
                    using (MemoryStream saved = new())
                    {
                        session.Save(saved);
                        session.Dispose();
                        saved.Position = 0;
                        session = model.CreateSession(saved, new SessionOptions { ContextLength = Length });
                    }

                    break;
                case 3:
                    await EvaluateAndCancel(session, text, Ids(random, 1 + random.Next(300), text.Count), random);
                    break;
                default:
                    int[] ids = Ids(random, 1 << random.Next(9), text.Count);
                    if (ids.Length > 0)
                    {
                        session.Evaluate(ids);
                        text.AddRange(ids);
                    }

                    break;
            }

            session.Tokens.ToArray().ShouldBe(text.ToArray(), $"step {step}");
            if (text.Count is > 0 and < Length && step % 3 == 0)
            {
                Logits.Bits(session.Evaluate([7])).ShouldBe(Answer(model, [.. text, 7]), $"step {step}, {text.Count} tokens");
                text.Add(7);
            }
        }

        session.Dispose();

        int[] Ids(Random source, int count, int position) =>
            [.. Enumerable.Range(0, Math.Min(count, Length - position)).Select(_ => source.Next(model.Info.VocabularySize))];
    }

    [Fact]
    public void GoingBackEvaluatesLittleAgain()
    {
        // A state cannot be cut: it is evaluated again from a checkpoint, which is at most twice as far behind as the place that is gone back to.
        using CompiledDecoder model = Load("lfm2");
        using Session session = model.CreateSession();
        int[] text = [.. Enumerable.Range(0, 2000).Select(i => i * 31 % model.Info.VocabularySize)];
        session.Evaluate(text);
        foreach ((int position, int checkpoint) in new[] { (1999, 1792), (1700, 1536), (1100, 1024), (300, 0) })
        {
            session.Rewind(position);
            using MemoryStream saved = new();

            // What is saved is what is remembered: pages, and a state, up to the checkpoint.
            session.Save(saved);
            LengthsIn(saved.ToArray()).ShouldBe([position, checkpoint]);
        }
    }

    // Evaluates as a prompt that is cancelled at some time, or not in time.
    private static async Task EvaluateAndCancel(Session session, List<int> text, int[] ids, Random random)
    {
        if (ids.Length == 0)
        {
            return;
        }

        using CancellationTokenSource source = new();
        int delay = random.Next(200_000);
        Task canceller = Task.Run(() =>
        {
            Thread.SpinWait(delay);
            source.Cancel();
        });
        try
        {
            await foreach (string _ in session.GenerateAsync(ids, new GenerationOptions { MaxTokens = 1 }, source.Token))
            {
                break;
            }
        }
        catch (OperationCanceledException)
        {
        }

        await canceller;
        session.Tokens[..text.Count].ToArray().ShouldBe(text.ToArray());
        session.Rewind(text.Count);
    }

    // The frame of two whole numbers behind the names of model and layout (docs/saved-sessions.md).
    private static int[] LengthsIn(byte[] saved)
    {
        int offset = 8;
        for (int frame = 0; frame < 2; frame++)
        {
            offset += 16 + (int)BitConverter.ToInt64(saved, offset);
        }

        return [BitConverter.ToInt32(saved, offset + 8), BitConverter.ToInt32(saved, offset + 12)];
    }

    private static CompiledDecoder Load(string name) =>
        ModelCompiler.Compile(GoldenModel.Find(name).WriteFile()).Load(new LoadOptions { ThreadCount = 2 });

    private static int[] Answer(CompiledDecoder model, int[] text)
    {
        using Session session = model.CreateSession();
        return Logits.Bits(session.Evaluate(text));
    }
}
