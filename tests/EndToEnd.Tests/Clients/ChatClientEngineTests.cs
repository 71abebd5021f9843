using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Extensions.AI;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.EndToEnd.Tests.Clients;

/// <summary>The engine behind a chat client: calls at the same time, clients that share one, and who disposes what.</summary>
public sealed class ChatClientEngineTests
{
    private const int Conversations = 8;

    private static readonly CompiledClass Compiled = ModelCompiler.Compile(new TinyModel
    {
        Name = "chat-client-engine", Seed = 53, ContextLength = 900,
        ChatTemplate =
            "{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{{ eos_token }}{% endfor %}"
            + "{% if add_generation_prompt %}assistant: {% endif %}",
    });

    private static readonly string[] Questions = ["tell me about a dog", "and then", "why"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Turns of one conversation come one after the other, those of the others at any time between them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ConversationsAtTheSameTimeAreEachAnsweredAsIfAlone(int threadCount)
    {
        using CompiledDecoder model = Compiled.Load(new LoadOptions { ThreadCount = threadCount });
        string[] alone = new string[Conversations];
        for (int number = 0; number < Conversations; number++)
        {
            using IChatClient own = model.AsIChatClient();
            alone[number] = await Converse(own, number);
        }

        alone.Distinct().Count().ShouldBe(Conversations);
        using IChatClient client = model.AsIChatClient();
        (await Task.WhenAll(Enumerable.Range(0, Conversations).Select(number => Converse(client, number)))).ShouldBe(alone);

        // A session writes the same, a conversation after the other.
        using Session session = model.CreateSession();
        for (int number = 0; number < Conversations; number++)
        {
            Converse(session, number).ShouldBe(alone[number]);
        }
    }

    [Fact]
    public async Task ClientsOfOneEngineKnowWhatEachOtherHasRead()
    {
        using CompiledDecoder model = Compiled.Load();
        await using Engine engine = model.CreateEngine();
        IChatClient first = engine.AsIChatClient();
        using IChatClient second = engine.AsIChatClient(requests: new EngineRequestOptions { Priority = 1 });
        CallOptions options = new() { MaxOutputTokens = 10, Seed = 1 };
        UsageDetails usage = (await first.GetResponseAsync("tell me about a dog", options, Token)).Usage!;
        usage.CachedInputTokenCount.ShouldBe(0);
        first.Dispose();

        UsageDetails again = (await second.GetResponseAsync("tell me about a dog", options, Token)).Usage!;
        again.CachedInputTokenCount.ShouldBe(usage.InputTokenCount - 1);
        second.GetService<Engine>().ShouldBeSameAs(engine);
        second.GetService<CompiledDecoder>().ShouldBeSameAs(model);
    }

    [Fact]
    public async Task AFullEngineSaysSo()
    {
        using CompiledDecoder model = Compiled.Load();
        await using Engine engine = model.CreateEngine(new EngineOptions { MaxConcurrency = 1, QueueLimit = 0 });
        using IChatClient client = engine.AsIChatClient();
        using SemaphoreSlim gate = new(0);
        using SemaphoreSlim held = new(0);
        ChatOptions holding = new() { Generation = new GenerationOptions { MaxTokens = 3, LogitProcessors = [new Holder(held, gate)] } };
        Task<ChatResponse> running = client.GetResponseAsync("a", new CallOptions { RawRepresentationFactory = _ => holding }, Token);
        await held.WaitAsync(Token);
        EngineFullException error = await Should.ThrowAsync<EngineFullException>(() => client.GetResponseAsync("b", cancellationToken: Token));
        error.Message.ShouldContain("QueueLimit");
        gate.Release(3);
        (await running).Usage!.OutputTokenCount!.Value.ShouldBeInRange(0, 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DisposingAClientEndsItsOwnEngine(bool ownsModel)
    {
        using CompiledDecoder model = Compiled.Load();
        IChatClient client = model.AsIChatClient(ownsModel: ownsModel);
        Task<ChatResponse> running = client.GetResponseAsync(
            "a", new CallOptions { RawRepresentationFactory = _ => Endless(new Waiter()) }, Token);
        while (client.GetService<Engine>()!.Statistics.Running == 0)
        {
            await Task.Delay(1, Token);
        }

        client.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(() => running);
        await Should.ThrowAsync<ObjectDisposedException>(() => client.GetResponseAsync("b", cancellationToken: Token));
        client.Dispose();
        if (ownsModel)
        {
            Should.Throw<ObjectDisposedException>(() => model.CreateSession());
        }
        else
        {
            model.CreateSession().Dispose();
        }
    }

    [Fact]
    public async Task AnEngineThatAClientOwnsIsDisposedWithIt()
    {
        using CompiledDecoder model = Compiled.Load();
        Engine engine = model.CreateEngine();
        engine.AsIChatClient().Dispose();
        engine.GenerateTokensAsync("a", cancellationToken: Token).ShouldNotBeNull();
        engine.AsIChatClient(ownsEngine: true).Dispose();
        Should.Throw<ObjectDisposedException>(() => engine.GenerateTokensAsync("a", cancellationToken: Token));
        await engine.DisposeAsync();
    }

    [Fact]
    public void WhatHasNoConversationsIsRefused()
    {
        using CompiledDecoder chatting = Compiled.Load();
        using CompiledDecoder answering = GoldenModel.Answering[0].Compile().Load();
        Should.Throw<ModelGenException>(() => answering.AsIChatClient()).Message.ShouldContain("chat template");
        ChatOptions options = new() { Template = chatting.ChatTemplate };
        Should.Throw<InvalidOperationException>(() => answering.AsIChatClient(options)).Message.ShouldContain("encoder");
        using CompiledDecoder bare = TruthModel.Demo.Compile().Load();
        using Engine engine = bare.CreateEngine();
        Should.Throw<ModelGenException>(() => engine.AsIChatClient()).Message.ShouldContain("chat template");
    }

    // What is said in a conversation, and what each turn took; but for what was remembered, which others have a say in.
    private static async Task<string> Converse(IChatClient client, int number)
    {
        List<Message> messages = [];
        List<string> facts = [];
        foreach (string question in Questions)
        {
            messages.Add(new Message(ChatRole.User, $"{question} {number}"));
            CallOptions options = new() { RawRepresentationFactory = _ => OptionsOf(number) };
            ChatResponse response = await client.GetResponseAsync(messages, options, Token);
            string text = response.Text.Trim();
            messages.Add(new Message(ChatRole.Assistant, text));
            UsageDetails usage = response.Usage!;
            facts.Add($"{text} {response.FinishReason} {usage.InputTokenCount} {usage.OutputTokenCount}");
        }

        return string.Join('\n', facts);
    }

    private static string Converse(Session session, int number)
    {
        List<ChatMessage> messages = [];
        List<string> facts = [];
        foreach (string question in Questions)
        {
            messages.Add(ChatMessage.User($"{question} {number}"));
            GeneratedTokens tokens = session.ChatTokens(messages, OptionsOf(number));
            string text = string.Concat(tokens.Select(token => token.Text)).Trim();
            messages.Add(ChatMessage.Assistant(text));
            GenerationEnd end = tokens.End!;
            ChatFinishReason reason = end.Reason == GenerationEndReason.TokenLimit ? ChatFinishReason.Length : ChatFinishReason.Stop;
            facts.Add($"{text} {reason} {end.PromptTokens} {end.GeneratedTokens}");
        }

        return string.Join('\n', facts);
    }

    private static ChatOptions OptionsOf(int number)
    {
        GenerationOptions options = new() { MaxTokens = 20 + number * 4, Seed = (ulong)number };
        return new ChatOptions
        {
            Generation = (number % 4) switch
            {
                0 => options with { Temperature = 0 },
                1 => options,
                2 => options with { Temperature = 1.3f, StopSequences = ["e", "a "], MinTokens = 5 },
                _ => options with { Temperature = 0, PromptLookup = new PromptLookupOptions { NgramLength = 1 } },
            },
        };
    }

    private static ChatOptions Endless(LogitProcessor processor) =>
        new() { Generation = new GenerationOptions { MaxTokens = int.MaxValue, MinTokens = 500, LogitProcessors = [processor] } };

    private sealed class Holder(SemaphoreSlim held, SemaphoreSlim gate) : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            held.Release();
            gate.Wait();
            return LogitProcessorResult.Continue;
        }
    }

    // So slow that nothing comes to its end by itself while a test looks.
    private sealed class Waiter : LogitProcessor
    {
        public override LogitProcessorResult Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
        {
            Thread.Sleep(50);
            return LogitProcessorResult.Continue;
        }
    }
}
