using System;
using Microsoft.Extensions.AI;

namespace ModelGen.Extensions.AI;

/// <summary>Decoders as what Microsoft.Extensions.AI calls them.</summary>
public static class CompiledDecoderExtensions
{
    /// <summary>The model as a chat client, for programs and libraries that are written for that interface.</summary>
    /// <param name="model">The model. It has a chat template.</param>
    /// <param name="options">How conversations are rendered and answers generated where a call does not say; null for the defaults, with answers as
    /// long as the context has room for.</param>
    /// <param name="ownsModel">Whether the client's Dispose disposes the model too; false: whoever loaded it does.</param>
    /// <returns>A client that is safe for use by several threads. It keeps sessions: dispose it.</returns>
    /// <remarks>
    /// <para>
    /// A call brings the whole conversation. What a call before has read of it stays evaluated: <see cref="UsageDetails.CachedInputTokenCount"/> says
    /// how much. Calls at the same time go through the weights together.
    /// </para>
    /// <para>
    /// All of <see cref="Microsoft.Extensions.AI.ChatOptions"/> counts but for ConversationId, as the client keeps no conversations, and ModelId, as
    /// there is one model. <see cref="Microsoft.Extensions.AI.ChatOptions.RawRepresentationFactory"/> may give a <see cref="ChatOptions"/>, which then
    /// takes the place of <paramref name="options"/>. Masks keep answers to the response format, to the tool mode, to tools that there are and to
    /// their parameters' schemas. Functions are not called here: put <c>UseFunctionInvocation</c> of the package Microsoft.Extensions.AI around the
    /// client.
    /// </para>
    /// <para><c>GetService</c> gives the <see cref="CompiledDecoder"/> and the <see cref="ChatClientMetadata"/>.</para>
    /// </remarks>
    /// <exception cref="ModelGenException">The model has no chat template.</exception>
    public static IChatClient AsIChatClient(this CompiledDecoder model, ChatOptions? options = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new CompiledChatClient(
            model, options ?? new ChatOptions { Generation = new GenerationOptions { MaxTokens = int.MaxValue } }, ownsModel);
    }
}
