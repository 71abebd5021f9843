using System;
using Microsoft.Extensions.AI;

namespace ModelGen.Extensions.AI;

/// <summary>Decoders as what Microsoft.Extensions.AI calls them.</summary>
public static class CompiledDecoderExtensions
{
    /// <summary>The model as a chat client, for programs and libraries that are written for that interface.</summary>
    /// <param name="model">The model. It has a chat template.</param>
    /// <param name="options">How conversations are rendered and answers generated where a call does not say; null for the defaults, with answers
    /// as long as the context has room for.</param>
    /// <param name="ownsModel">Whether the client's Dispose disposes the model too; false: whoever loaded it does.</param>
    /// <returns>A client that is safe for use by several threads. It has an engine of its own, with the default <see cref="EngineOptions"/>.
    /// Dispose it: calls that are under way end with an <see cref="ObjectDisposedException"/>.</returns>
    /// <remarks>
    /// <para>
    /// A call brings the whole conversation. What calls before have read of it is not read again:
    /// <see cref="UsageDetails.CachedInputTokenCount"/> says how much. Calls at the same time go through the weights together; each is answered as
    /// if it were alone, to the bit.
    /// </para>
    /// <para>
    /// All of <see cref="Microsoft.Extensions.AI.ChatOptions"/> counts but for ConversationId, as the client keeps no conversations, and ModelId,
    /// as there is one model. <see cref="Microsoft.Extensions.AI.ChatOptions.RawRepresentationFactory"/> may give a <see cref="ChatOptions"/>,
    /// which then takes the place of <paramref name="options"/>. Masks keep answers to the response format, to the tool mode, to tools that there
    /// are and to their parameters' schemas. Functions are not called here: put <c>UseFunctionInvocation</c> of the package
    /// Microsoft.Extensions.AI around the client.
    /// </para>
    /// <para>
    /// <c>GetService</c> gives the <see cref="CompiledDecoder"/>, the <see cref="Engine"/> and the <see cref="ChatClientMetadata"/>.
    /// </para>
    /// </remarks>
    /// <exception cref="ModelGenException">The model has no chat template.</exception>
    /// <exception cref="InvalidOperationException">The model has an encoder (<see cref="CompiledDecoder.HasEncoder"/>), and no engine
    /// answers.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public static IChatClient AsIChatClient(this CompiledDecoder model, ChatOptions? options = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        options = WithTemplate(options, model);
        Engine engine = model.CreateEngine();
        return ownsModel ? new CompiledChatClient(engine, options, null, engine, model) : new CompiledChatClient(engine, options, null, engine);
    }

    /// <summary>
    /// An engine's model as a chat client, beside whatever else the engine answers: other clients, requests of the program's own.
    /// </summary>
    /// <param name="engine">The engine. Its model has a chat template.</param>
    /// <param name="options">As of a model's client.</param>
    /// <param name="requests">How the engine treats the client's calls; null for the defaults.</param>
    /// <param name="ownsEngine">Whether the client's Dispose disposes the engine too; false: whoever created it does, and the client itself has
    /// nothing to dispose. The model is never disposed here.</param>
    /// <returns>A client that is safe for use by several threads. Where too many requests wait, a call ends with an
    /// <see cref="EngineFullException"/>.</returns>
    /// <remarks>What <see cref="AsIChatClient(CompiledDecoder, ChatOptions?, bool)"/> says of calls and options is so here too.</remarks>
    /// <exception cref="ModelGenException">The model has no chat template.</exception>
    public static IChatClient AsIChatClient(
        this Engine engine, ChatOptions? options = null, EngineRequestOptions? requests = null, bool ownsEngine = false)
    {
        ArgumentNullException.ThrowIfNull(engine);
        options = WithTemplate(options, engine.Model);
        return ownsEngine ? new CompiledChatClient(engine, options, requests, engine) : new CompiledChatClient(engine, options, requests);
    }

    private static ChatOptions WithTemplate(ChatOptions? options, CompiledDecoder model)
    {
        options ??= new ChatOptions { Generation = new GenerationOptions { MaxTokens = int.MaxValue } };
        return (options.Template ?? model.ChatTemplate) is not null ? options : throw new ModelGenException(
            $"{model.Info.Name ?? "The model"} has no chat template that was compiled; name one in the project (GgufModel's ChatTemplate).");
    }
}
