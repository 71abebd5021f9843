using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Extensions.AI;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;
using CallOptions = Microsoft.Extensions.AI.ChatOptions;
using Message = Microsoft.Extensions.AI.ChatMessage;

namespace ModelGen.EndToEnd.Tests.Clients;

/// <summary>A compiled decoder as an <see cref="IChatClient"/>. The model's weights are random: what its answers have in common is what masks ask for.</summary>
public sealed class ChatClientTests : IDisposable
{
    private static readonly TinyModel Tiny = new()
    {
        Name = "chat-client", Seed = 51, ContextLength = 900,
        ChatTemplate =
            "{{ bos_token }}{% for t in tools or [] %}{{ t.function.name }};{% endfor %}{% for m in messages %}{{ m.role }}: "
            + "{{ '<think>' + m.reasoning_content + '</think>' if m.reasoning_content }}{{ m.content }}"
            + "{% for c in m.tool_calls or [] %}\n<tool_call>\n{\"name\": \"{{ c.function.name }}\", \"arguments\": {{ c.function.arguments | tojson }}}\n</tool_call>{% endfor %}"
            + "{{ eos_token }}{% endfor %}{% if add_generation_prompt %}assistant: {{ '<think>' if thinking }}{% endif %}",
    };

    private static readonly CompiledClass Compiled = ModelCompiler.Compile(Tiny);

    private readonly CompiledDecoder _model = Compiled.Load();
    private readonly IChatClient _client;

    public ChatClientTests() => _client = _model.AsIChatClient();

    // The model would think until its tokens end.
    private static ReasoningOptions NoReasoning => new() { Effort = ReasoningEffort.None };

    private enum Weather
    {
        Sunny,
        Rainy,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task TextComesAsTheModelGivesIt()
    {
        CallOptions options = new() { MaxOutputTokens = 24, Temperature = 0, Instructions = "be kind" };
        ChatResponse response = await _client.GetResponseAsync("hello", options, Token);
        using Session session = _model.CreateSession();
        GeneratedTokens tokens = session.ChatTokens(
            [ChatMessage.System("be kind"), ChatMessage.User("hello")],
            new ChatOptions { Generation = new GenerationOptions { Temperature = 0, MaxTokens = 24 } });
        string expected = string.Concat(tokens.Select(token => token.Text));
        response.Text.Trim().ShouldBe(expected.Trim());
        response.FinishReason.ShouldBe(tokens.End!.Reason == GenerationEndReason.TokenLimit ? ChatFinishReason.Length : ChatFinishReason.Stop);
        response.ModelId.ShouldBe(_model.Info.Name);
        UsageDetails usage = response.Usage.ShouldNotBeNull();
        usage.InputTokenCount.ShouldBe(tokens.End.PromptTokens);
        usage.OutputTokenCount.ShouldBe(tokens.End.GeneratedTokens);
        usage.TotalTokenCount.ShouldBe(usage.InputTokenCount + usage.OutputTokenCount);
        usage.CachedInputTokenCount.ShouldBe(0);
        usage.ReasoningTokenCount.ShouldBe(0);
    }

    [Fact]
    public async Task AStreamHasOneUsageAndOneEnd()
    {
        List<ChatResponseUpdate> updates = [];
        await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync("hello", new CallOptions { MaxOutputTokens = 20, Seed = 3 }, Token))
        {
            update.Role.ShouldBe(ChatRole.Assistant);
            updates.Add(update);
        }

        updates.Count(update => update.FinishReason is not null).ShouldBe(1);
        updates.SelectMany(update => update.Contents).OfType<UsageContent>().Count().ShouldBe(1);
        updates.Select(update => update.ResponseId).Distinct().Count().ShouldBe(1);
        updates[^1].FinishReason.ShouldNotBeNull();
    }

    /// <summary>Also where other conversations begin alike.</summary>
    [Fact]
    public async Task ConversationsThatTakeTurnsAreNotReadAgain()
    {
        CallOptions options = new() { MaxOutputTokens = 16, Temperature = 0, Instructions = "be kind" };
        List<Message> dogs = [new(ChatRole.User, "tell me about a dog that ran after a ball in the garden all day")];
        List<Message> cats = [new(ChatRole.User, "what does a cat do when it rains and nobody is at home to play with it")];
        ChatResponse first = await _client.GetResponseAsync(dogs, options, Token);
        await _client.GetResponseAsync(cats, options, Token);
        dogs.AddMessages(first);
        dogs.Add(new Message(ChatRole.User, "and then"));
        UsageDetails usage = (await _client.GetResponseAsync(dogs, options, Token)).Usage!;
        usage.CachedInputTokenCount!.Value.ShouldBeGreaterThanOrEqualTo(first.Usage!.InputTokenCount!.Value - 1);
    }

    [Fact]
    public async Task TheConversationSoFarIsNotReadAgain()
    {
        CallOptions options = new() { MaxOutputTokens = 16, Temperature = 0 };
        List<Message> messages = [new(ChatRole.User, "tell me about a dog and a cat")];
        ChatResponse first = await _client.GetResponseAsync(messages, options, Token);
        messages.AddMessages(first);
        messages.Add(new Message(ChatRole.User, "and then"));
        UsageDetails usage = (await _client.GetResponseAsync(messages, options, Token)).Usage!;
        usage.CachedInputTokenCount!.Value.ShouldBeGreaterThanOrEqualTo(first.Usage!.InputTokenCount!.Value - 1);
        usage.CachedInputTokenCount.Value.ShouldBeLessThan(usage.InputTokenCount!.Value);
        using IChatClient fresh = _model.AsIChatClient();
        (await fresh.GetResponseAsync(messages, options, Token)).Text.ShouldBe((await _client.GetResponseAsync(messages, options, Token)).Text);
    }

    [Fact]
    public async Task StopSequencesEndAnAnswer()
    {
        CallOptions options = new() { MaxOutputTokens = 40, Temperature = 0 };
        string whole = (await _client.GetResponseAsync("hello", options, Token)).Text;
        whole.Length.ShouldBeGreaterThan(6);
        options.StopSequences = [whole[3..5]];
        ChatResponse stopped = await _client.GetResponseAsync("hello", options, Token);
        stopped.Text.ShouldBe(whole[..whole.IndexOf(whole[3..5], StringComparison.Ordinal)].TrimEnd());
        stopped.FinishReason.ShouldBe(ChatFinishReason.Stop);
    }

    [Fact]
    public async Task ARequiredCallIsMadeAndItsFunctionRuns()
    {
        List<Weather> asked = [];
        AIFunction like = AIFunctionFactory.Create(
            (Weather weather, bool now) =>
            {
                asked.Add(weather);
                return "noted";
            },
            "like_weather",
            "Notes what weather somebody likes");
        using IChatClient client = new FunctionInvokingChatClient(_model.AsIChatClient());
        CallOptions options = new()
        {
            Tools = [like], ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = false, MaxOutputTokens = 200, Seed = 5,
            Reasoning = NoReasoning,
        };
        ChatResponse response = await client.GetResponseAsync("I like rain", options, Token);
        asked.Count.ShouldBeGreaterThanOrEqualTo(1);
        response.Messages[0].Contents.OfType<FunctionCallContent>().Single().Name.ShouldBe("like_weather");
        response.Messages[0].Text.ShouldBeEmpty();
        response.Messages[1].Role.ShouldBe(ChatRole.Tool);
        response.Messages[1].Contents.OfType<FunctionResultContent>().Single().Result!.ToString().ShouldBe("noted");
        response.Messages.Count.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task OnlyTheToolThatIsAskedForIsCalled()
    {
        AITool[] tools = [Choice("first"), Choice("second"), Choice("third")];
        for (long seed = 1; seed <= 4; seed++)
        {
            CallOptions options = new() { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("second"), Seed = seed, MaxOutputTokens = 200, Reasoning = NoReasoning };
            ChatResponse response = await _client.GetResponseAsync("go", options, Token);
            FunctionCallContent[] calls = [.. response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
            calls.ShouldNotBeEmpty();
            calls.ShouldAllBe(call => call.Name == "second" && call.Arguments!.Keys.Single() == "weather");
            calls.Select(call => call.CallId).Distinct().Count().ShouldBe(calls.Length);
            response.FinishReason.ShouldBeOneOf(ChatFinishReason.ToolCalls, ChatFinishReason.Length);

            // The beginning of a call that the limit cut off is text.
            (response.FinishReason == ChatFinishReason.Length ? "" : response.Text).ShouldBeEmpty();

            options.AllowMultipleToolCalls = false;
            response = await _client.GetResponseAsync("go", options, Token);
            response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Count().ShouldBe(1);
            response.Text.ShouldBeEmpty();
            response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);

            options.ToolMode = ChatToolMode.None;
            options.MaxOutputTokens = 30;
            response = await _client.GetResponseAsync("go", options, Token);
            response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ShouldBeEmpty();
        }

        static AITool Choice(string name) => AIFunctionFactory.Create((Weather weather) => weather, name, "Chooses");
    }

    [Fact]
    public async Task AnswersFollowTheResponseFormat()
    {
        CallOptions options = new() { Seed = 9, Reasoning = NoReasoning };
        ChatResponse<Liking> response = await _client.GetResponseAsync<Liking>("what do you like", options, cancellationToken: Token);
        response.TryGetResult(out Liking? liking).ShouldBeTrue(response.Text);
        Enum.IsDefined(liking!.Weather).ShouldBeTrue();
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);

        OwnOutput own = await _client.GetOutputAsync<OwnOutput>("yes or no", options, Token);
        own.ShouldNotBeNull();
        await Should.ThrowAsync<IncompleteOutputException>(
            () => _client.GetOutputAsync<OwnOutput>("yes or no", new CallOptions { MaxOutputTokens = 2, Reasoning = NoReasoning }, Token));
        await Should.ThrowAsync<ArgumentException>(
            () => _client.GetOutputAsync<OwnOutput>("yes or no", new CallOptions { ResponseFormat = ChatResponseFormat.Json }, Token));
    }

    [Fact]
    public async Task ReasoningIsGivenApartAndCounted()
    {
        // The template opens the reasoning: what comes before its end belongs to it.
        CallOptions options = new()
        {
            Reasoning = new ReasoningOptions { Effort = ReasoningEffort.High },
            ResponseFormat = ChatResponseFormat.ForJsonSchema<bool>(), MaxOutputTokens = 20, Seed = 4,
        };
        ChatResponse response = await _client.GetResponseAsync("hello", options, Token);
        response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().ShouldNotBeEmpty();
        response.Usage!.ReasoningTokenCount!.Value.ShouldBeGreaterThan(0);
        options.Reasoning.Output = ReasoningOutput.None;
        response = await _client.GetResponseAsync("hello", options, Token);
        response.Messages.SelectMany(message => message.Contents).OfType<TextReasoningContent>().ShouldBeEmpty();
        options.Reasoning = new ReasoningOptions { Effort = ReasoningEffort.None };
        response = await _client.GetResponseAsync("hello", options, Token);
        response.Usage!.ReasoningTokenCount.ShouldBe(0);
        response.Text.ShouldBeOneOf("true", "false");
    }

    [Fact]
    public async Task CallsAtTheSameTimeAnswerAsIfTheyWereAlone()
    {
        string[] questions = [.. Enumerable.Range(0, 6).Select(index => $"question {index}")];
        CallOptions options = new() { MaxOutputTokens = 30, Seed = 11 };
        string[] alone = new string[questions.Length];
        for (int index = 0; index < questions.Length; index++)
        {
            alone[index] = (await _client.GetResponseAsync(questions[index], options, Token)).Text;
        }

        ChatResponse[] together = await Task.WhenAll(questions.Select(question => _client.GetResponseAsync(question, options, Token)));
        together.Select(response => response.Text).ShouldBe(alone);
    }

    [Fact]
    public async Task ACancelledCallEndsAndTheClientGoesOn()
    {
        using CancellationTokenSource source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in _client.GetStreamingResponseAsync("hello", cancellationToken: source.Token))
            {
                await source.CancelAsync();
            }
        });
        (await _client.GetResponseAsync("hello", new CallOptions { MaxOutputTokens = 4 }, Token)).Usage!.OutputTokenCount.ShouldNotBeNull();
    }

    [Fact]
    public async Task WhatTheModelCannotDoIsSaid()
    {
        await Should.ThrowAsync<NotSupportedException>(
            () => _client.GetResponseAsync([new Message(ChatRole.User, [new DataContent("data:image/png;base64,AA==")])], cancellationToken: Token));
        await Should.ThrowAsync<NotSupportedException>(
            () => _client.GetResponseAsync("hello", new CallOptions { Tools = [new HostedWebSearchTool()] }, Token));
        await Should.ThrowAsync<ArgumentException>(() => _client.GetResponseAsync("hello", new CallOptions { ConversationId = "1" }, Token));
        await Should.ThrowAsync<ArgumentException>(
            () => _client.GetResponseAsync("hello", new CallOptions { ToolMode = ChatToolMode.RequireAny }, Token));
    }

    [Fact]
    public void ServicesAreGiven()
    {
        _client.GetService<CompiledDecoder>().ShouldBeSameAs(_model);
        ChatClientMetadata metadata = _client.GetService<ChatClientMetadata>().ShouldNotBeNull();
        metadata.ProviderName.ShouldBe("modelgen");
        metadata.DefaultModelId.ShouldBe(_model.Info.Name);
        _client.GetService(typeof(CompiledDecoder), "key").ShouldBeNull();
    }

    private sealed record Liking(Weather Weather, bool IsSure);

    // As the generator would write it.
    private sealed record OwnOutput(bool Yes) : IGeneratedOutput<OwnOutput>
    {
        public static ReadOnlySpan<byte> GrammarTables => [];

        public static string JsonSchema => """{"type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"], "additionalProperties": false}""";

        public static OwnOutput Read(ref Utf8JsonReader reader, bool isPartial)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            return new OwnOutput(document.RootElement.GetProperty("yes").GetBoolean());
        }
    }
}
