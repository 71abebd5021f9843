using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Answers;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /apply-template</c>: a conversation as the text that the model reads, in llama.cpp's form.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class ApplyTemplateEndpoint(EndpointServices serving)
{
    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ApplyTemplateRequest request = await ServerJson.ReadAsync(context.Request, ServerJson.Default.ApplyTemplateRequest, cancellationToken);
        ChatTemplate template = ChatPreparation.TemplateOf(serving.Models.Find<ServedDecoder>(request.Model));
        ChatTemplateOptions options = new()
        {
            Tools = ToolReader.Read(request.Tools),
            AddGenerationPrompt = request.AddGenerationPrompt ?? true,
            Variables = request.ChatTemplateKwargs,
        };
        try
        {
            ApplyTemplateResult answer = new()
            {
                Prompt = template.Render(MessageReader.Read(request.Messages, template.ToolCallForm), options),
            };
            await ServerJson.WriteAsync(context.Response, answer, cancellationToken);
        }
        catch (ChatTemplateException error)
        {
            throw RequestException.Invalid("messages", error.Message);
        }
    }
}
