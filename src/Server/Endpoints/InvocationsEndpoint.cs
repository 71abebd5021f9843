using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary>
/// <c>POST /invocations</c>, SageMaker's one endpoint: what is asked for is told by the body. Messages are a chat, a prompt is a completion,
/// inputs a completion in the form of SageMaker's own containers, an input is embedded, and documents are ranked.
/// </summary>
/// <param name="chats">Answers messages.</param>
/// <param name="completions">Answers prompts.</param>
/// <param name="texts">Answers inputs of the containers' form.</param>
/// <param name="embeddings">Answers inputs.</param>
/// <param name="rankings">Answers documents.</param>
internal sealed class InvocationsEndpoint(
    ChatCompletionsEndpoint chats,
    CompletionsEndpoint completions,
    TextGenerationEndpoint texts,
    EmbeddingsEndpoint embeddings,
    RerankEndpoint rankings)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        JsonObject body = await ServerJson.ReadAsync(context.Request, ServerJson.Default.JsonObject, cancellationToken);
        Task answer = body switch
        {
            _ when body.ContainsKey("messages") => chats.AnswerAsync(context, Read(body, ServerJson.Default.ChatRequest), cancellationToken),
            _ when body.ContainsKey("prompt") =>
                completions.AnswerAsync(context, Read(body, ServerJson.Default.CompletionRequest), cancellationToken),
            _ when body.ContainsKey("inputs") =>
                texts.AnswerAsync(context, Read(body, ServerJson.Default.TextGenerationRequest), cancellationToken),
            _ when body.ContainsKey("input") =>
                embeddings.AnswerAsync(context, Read(body, ServerJson.Default.EmbeddingRequest), cancellationToken),
            _ when body.ContainsKey("documents") =>
                rankings.AnswerAsync(context, Read(body, ServerJson.Default.RerankRequest), cancellationToken),
            _ => throw RequestException.Invalid(
                null, "The body has none of messages, prompt, inputs, input and documents, which tell what is asked for; see docs/server.md."),
        };
        await answer;
    }

    private static T Read<T>(JsonObject body, JsonTypeInfo<T> type)
        where T : class => ServerJson.Read(body, type);
}
