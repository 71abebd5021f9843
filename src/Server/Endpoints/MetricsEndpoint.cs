using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Monitoring;

namespace ModelGen.Server.Endpoints;

/// <summary><c>GET /metrics</c>: what is measured, for Prometheus.</summary>
/// <param name="report">The measurements.</param>
internal sealed class MetricsEndpoint(MetricsReport report)
{
    /// <summary>Answers a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(report.Write(), context.RequestAborted);
    }
}
