using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary><c>GET /health</c>, and <c>GET /ping</c> as SageMaker asks: that the server answers.</summary>
internal static class HealthEndpoints
{
    /// <summary>With a word.</summary>
    public static Task HealthAsync(HttpContext context) =>
        ServerJson.WriteAsync(context.Response, new HealthReport(), context.RequestAborted);

    /// <summary>By its status, 200, alone.</summary>
    public static Task PingAsync(HttpContext context) => context.Response.StartAsync(context.RequestAborted);
}
