using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{model}</c>: which models there are.</summary>
/// <param name="serving">What it answers with.</param>
internal sealed class ModelsEndpoint(EndpointServices serving)
{
    /// <summary>All of them.</summary>
    public Task ListAsync(HttpContext context) => ServerJson.WriteAsync(
        context.Response, new ModelList { Data = [.. serving.Models.All.Select(CardOf)] }, context.RequestAborted);

    /// <summary>One of them.</summary>
    public Task GetAsync(HttpContext context) => ServerJson.WriteAsync(
        context.Response,
        CardOf(serving.Models.Find<ServedModel>(context.Request.RouteValues["model"] as string)),
        context.RequestAborted);

    private static ModelCard CardOf(ServedModel model) => new()
    {
        Id = model.Name, Created = model.Created, ContextLength = model.Model.Info.ContextLength,
    };
}
