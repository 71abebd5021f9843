#pragma warning disable OPENAI001 // Responses are an experiment of that package.
using System;
using System.ClientModel;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.AI;
using ModelGen.Server.Tests.Support;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;
using Shouldly;
using Xunit;
using Message = OpenAI.Chat.ChatMessage;

namespace ModelGen.Server.Tests.Clients;

/// <summary>Programs that are written for OpenAI's package, and for Microsoft.Extensions.AI over it.</summary>
public sealed class OpenAIClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OpenAIClient Client => new(
        new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(_server.Address, "v1") });

    [Fact]
    public async Task AChatIsAnswered()
    {
        ChatClient client = Client.GetChatClient(ServedModels.Chat);
        ChatCompletionOptions options = new() { Temperature = 0, MaxOutputTokenCount = 16, IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        (string text, GenerationEnd end, GeneratedToken[] tokens) = ServedModels.Alone(
            _server.Chat,
            [ChatMessage.System("be kind"), ChatMessage.User("hello")],
            new GenerationOptions { Temperature = 0, MaxTokens = 16 });
        Message[] messages = [new SystemChatMessage("be kind"), new UserChatMessage("hello")];
        ChatCompletion answer = await client.CompleteChatAsync(messages, options, Token);
        answer.Content[0].Text.ShouldBe(text);
        answer.Usage.InputTokenCount.ShouldBe(end.PromptTokens);
        answer.Usage.OutputTokenCount.ShouldBe(end.GeneratedTokens);
        answer.ContentTokenLogProbabilities.Count.ShouldBe(tokens.Length);
        answer.ContentTokenLogProbabilities[0].TopLogProbabilities.Count.ShouldBe(2);

        StringBuilder streamed = new();
        ChatTokenUsage? usage = null;
        await foreach (StreamingChatCompletionUpdate update in client.CompleteChatStreamingAsync(messages, options, Token))
        {
            streamed.Append(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            usage = update.Usage ?? usage;
        }

        streamed.ToString().ShouldBe(text);
        usage!.OutputTokenCount.ShouldBe(end.GeneratedTokens);
    }

    [Fact]
    public async Task FunctionsAreCalled()
    {
        ChatClient client = Client.GetChatClient(ServedModels.Chat);
        ChatCompletionOptions options = new()
        {
            MaxOutputTokenCount = 200,
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
            AllowParallelToolCalls = false,
            ReasoningEffortLevel = new ChatReasoningEffortLevel("none"),
        };
        options.Tools.Add(OpenAI.Chat.ChatTool.CreateFunctionTool(
            "get_weather",
            "Weather of a city",
            BinaryData.FromString("""{"type": "object", "properties": {"unit": {"enum": ["c", "f"]}}, "required": ["unit"], "additionalProperties": false}""")));
        List<Message> messages = [new UserChatMessage("is it raining")];
        ChatCompletion answer = await client.CompleteChatAsync(messages, options, Token);
        answer.FinishReason.ShouldBe(OpenAI.Chat.ChatFinishReason.ToolCalls);
        OpenAI.Chat.ChatToolCall call = answer.ToolCalls.ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("get_weather");
        JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("unit").GetString().ShouldBeOneOf("c", "f");

        messages.Add(new AssistantChatMessage(answer));
        messages.Add(new ToolChatMessage(call.Id, "rain"));
        options.ToolChoice = ChatToolChoice.CreateNoneChoice();
        options.MaxOutputTokenCount = 8;
        (await client.CompleteChatAsync(messages, options, Token)).Value.ToolCalls.ShouldBeEmpty();
    }

    [Fact]
    public async Task ErrorsAreTheClients()
    {
        ChatClient client = Client.GetChatClient("none");
        ClientResultException error = await Should.ThrowAsync<ClientResultException>(
            () => client.CompleteChatAsync([new UserChatMessage("hello")], cancellationToken: Token));
        error.Status.ShouldBe(404);
        error.Message.ShouldContain("model_not_found");
    }

    [Fact]
    public async Task VectorsAreTheModels()
    {
        EmbeddingClient client = Client.GetEmbeddingClient(ServedModels.Vectors);
        OpenAIEmbeddingCollection embeddings = await client.GenerateEmbeddingsAsync(["a dog", "the cat"], cancellationToken: Token);
        embeddings.Select(embedding => embedding.ToFloats().ToArray()).ShouldBe(_server.Vectors.Embed(["a dog", "the cat"], cancellationToken: Token));
    }

    [Fact]
    public async Task ModelsAreListed() =>
        (await Client.GetOpenAIModelClient().GetModelsAsync(Token)).Value.Select(model => model.Id)
            .ShouldBe([ServedModels.Chat, ServedModels.Vectors, ServedModels.Ranker]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ExtensionsAskByChatsAndByResponses(bool byResponses)
    {
        using IChatClient client = byResponses
            ? Client.GetResponsesClient().AsIChatClient(ServedModels.Chat)
            : Client.GetChatClient(ServedModels.Chat).AsIChatClient();
        (string text, GenerationEnd end, _) = ServedModels.Alone(
            _server.Chat, [ChatMessage.User("hello")], new GenerationOptions { Temperature = 0, MaxTokens = 16 });
        Microsoft.Extensions.AI.ChatOptions options = new() { Temperature = 0, MaxOutputTokens = 16 };
        ChatResponse answer = await client.GetResponseAsync("hello", options, Token);
        answer.Text.ShouldBe(text);
        answer.Usage!.OutputTokenCount.ShouldBe(end.GeneratedTokens);
        ChatResponse streamed = await client.GetStreamingResponseAsync("hello", options, Token).ToChatResponseAsync(Token);
        streamed.Text.ShouldBe(text);
        if (!byResponses)
        {
            // Of responses that their limit has cut off, as this one, the package does not read it.
            streamed.Usage!.OutputTokenCount.ShouldBe(end.GeneratedTokens);
        }

        int calls = 0;
        AIFunction function = AIFunctionFactory.Create(
            (Unit unit) =>
            {
                calls++;
                return $"rain in {unit}";
            },
            "get_weather");
        using IChatClient calling = new FunctionInvokingChatClient(client) { MaximumIterationsPerRequest = 1 };
        await calling.GetResponseAsync(
            "is it raining",
            new Microsoft.Extensions.AI.ChatOptions
            {
                Tools = [function],
                ToolMode = ChatToolMode.RequireAny,
                MaxOutputTokens = 200,
                AllowMultipleToolCalls = false,
                Reasoning = new ReasoningOptions { Effort = ReasoningEffort.None },
            },
            Token);
        calls.ShouldBe(1);
    }

    [Fact]
    public async Task AnAnswerIsAValue()
    {
        using IChatClient client = Client.GetChatClient(ServedModels.Chat).AsIChatClient();
        ChatResponse<Animal> response = await client.GetResponseAsync<Animal>(
            "a dog", new Microsoft.Extensions.AI.ChatOptions { MaxOutputTokens = 400, Seed = 4 }, cancellationToken: Token);
        response.Result.Size.ShouldBeOneOf(Enum.GetValues<Unit>());
    }

    [System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<Unit>))]
    private enum Unit
    {
        Small,
        Large,
    }

    private sealed record Animal(Unit Size, bool IsWild);
}
