using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.EndToEnd.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Sessions;

/// <summary>Cancelling leaves a session as it was before the step that was cancelled.</summary>
public sealed class CancellationTests : IDisposable
{
    private const int PromptLength = 220;

    private readonly CompiledDecoder _model = TruthModel.Demo.Compile().Load(new LoadOptions { ThreadCount = 2 });
    private readonly int[] _prompt = [.. Enumerable.Range(0, PromptLength).Select(index => 300 + 7 * index)];
    private readonly int[] _expected;

    public CancellationTests()
    {
        using Session session = _model.CreateSession();
        _expected = Logits.Bits(session.Evaluate(_prompt));
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task CancellingAPrefillAtAnyMomentLeavesTheSessionUsable()
    {
        // Whether a prefill is done before it hears of it depends on the moment; what the session then holds does not depend on anything else.
        const int Moments = 12;
        using Session session = _model.CreateSession();
        for (int moment = 0; moment < Moments; moment++)
        {
            using var source = new CancellationTokenSource();
            Task cancelling = Task.Run(
                () =>
                {
                    Thread.SpinWait(1 << moment);
                    source.Cancel();
                },
                TestContext.Current.CancellationToken);
            try
            {
                await foreach (string _ in session.GenerateAsync(_prompt, new GenerationOptions { MaxTokens = 20, Temperature = 0 }, source.Token))
                {
                }
            }
            catch (OperationCanceledException)
            {
                session.Position.ShouldBeOneOf([0, .. Enumerable.Range(PromptLength, 20)]);
            }

            await cancelling;
            session.Rewind(0);
            CheckUsable(session, 0);
            session.Rewind(0);
        }
    }

    [Fact]
    public async Task CancellingWhileTextIsGeneratedKeepsWhatWasReturned()
    {
        using Session session = _model.CreateSession();
        using var source = new CancellationTokenSource();
        var options = new GenerationOptions { MaxTokens = 60, Temperature = 0 };
        List<string> pieces = [];
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (string piece in session.GenerateAsync("Once upon a time", options, source.Token))
            {
                pieces.Add(piece);
                if (pieces.Count == 5)
                {
                    source.Cancel();
                }
            }
        });
        pieces.Count.ShouldBe(5);

        // It goes on as a generation that was never cancelled.
        string text = string.Concat(pieces) + string.Concat(session.Generate("", options with { MaxTokens = 30 }));
        using Session whole = _model.CreateSession();
        text.ShouldBe(string.Concat(whole.Generate("Once upon a time", options with { MaxTokens = session.Position - 5 })));
    }

    /// <summary>An exception in the loop over what is generated is the loop's own; the session keeps what was returned.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AConsumerThatThrowsLeavesASessionThatGoesOn(bool isAsync)
    {
        using Session session = _model.CreateSession();
        var options = new GenerationOptions { MaxTokens = 60, Temperature = 0 };
        List<string> pieces = [];
        InvalidOperationException error = await Should.ThrowAsync<InvalidOperationException>(isAsync ? TakeAsync() : Task.Run(TakeAll, TestContext.Current.CancellationToken));
        error.Message.ShouldBe("the consumer's own");

        string text = string.Concat(pieces) + string.Concat(session.Generate("", options with { MaxTokens = 30 }));
        using Session whole = _model.CreateSession();
        text.ShouldBe(string.Concat(whole.Generate("Once upon a time", options with { MaxTokens = session.Position - 5 })));

        async Task TakeAsync()
        {
            await foreach (string piece in session.GenerateAsync("Once upon a time", options, TestContext.Current.CancellationToken))
            {
                Take(piece);
            }
        }

        void TakeAll()
        {
            foreach (string piece in session.Generate("Once upon a time", options))
            {
                Take(piece);
            }
        }

        void Take(string piece)
        {
            pieces.Add(piece);
            if (pieces.Count == 5)
            {
                throw new InvalidOperationException("the consumer's own");
            }
        }
    }

    [Fact]
    public async Task ATokenThatIsCancelledAlreadyEvaluatesNothing()
    {
        using Session session = _model.CreateSession();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (string _ in session.GenerateAsync("Once upon a time", null, new CancellationToken(canceled: true)))
            {
            }
        });
        session.Position.ShouldBe(0);
        CheckUsable(session, 0);
    }

    private void CheckUsable(Session session, int position)
    {
        session.Position.ShouldBe(position);
        Logits.Bits(session.Evaluate(_prompt.AsSpan(position))).ShouldBe(_expected);
    }
}
