using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>POST /tokenize</c> and <c>POST /detokenize</c>: tokens of a text and back, in llama.cpp's form.</summary>
/// <param name="serving">What they answer with.</param>
internal sealed class TokenEndpoints(EndpointServices serving)
{
    /// <summary>The tokens of a text.</summary>
    public async Task TokenizeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        TokenizeRequest request = await ServerJson.ReadAsync(context.Request, ServerJson.Default.TokenizeRequest, cancellationToken);
        Tokenizer tokenizer = serving.Models.Find<ServedModel>(request.Model).Model.Tokenizer;
        try
        {
            TokenizeResult answer = new()
            {
                Tokens = tokenizer.EncodeToIds(request.Content, request.AddSpecial == true, request.ParseSpecial == true),
            };
            await ServerJson.WriteAsync(context.Response, answer, cancellationToken);
        }
        catch (ModelGenException error)
        {
            throw RequestException.Invalid("content", error.Message);
        }
    }

    /// <summary>The text of tokens.</summary>
    public async Task DetokenizeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        DetokenizeRequest request = await ServerJson.ReadAsync(context.Request, ServerJson.Default.DetokenizeRequest, cancellationToken);
        Tokenizer tokenizer = serving.Models.Find<ServedModel>(request.Model).Model.Tokenizer;
        int wrong = request.Tokens.FindIndex(id => id < 0 || id >= tokenizer.VocabularySize);
        if (wrong >= 0)
        {
            throw RequestException.Invalid(
                $"tokens[{wrong}]", $"tokens[{wrong}] is no id of the model's tokens, 0 to {tokenizer.VocabularySize - 1}.");
        }

        DetokenizeResult answer = new() { Content = tokenizer.Decode(request.Tokens, includeSpecialTokens: true) };
        await ServerJson.WriteAsync(context.Response, answer, cancellationToken);
    }
}
