using System;
using System.Net.ServerSentEvents;
using ModelGen.Server.Answers;
using ModelGen.Server.Http;

namespace ModelGen.Server.Endpoints;

/// <summary>What endpoints answer with.</summary>
/// <param name="Models">The models.</param>
/// <param name="Options">The server's options.</param>
/// <param name="Pipeline">Limits and errors.</param>
internal sealed record EndpointServices(ServerModels Models, ModelGenServerOptions Options, RequestPipeline Pipeline)
{
    /// <summary>Reads how tokens are drawn.</summary>
    public GenerationReader Generation { get; } = new(Options);

    /// <summary>What is written of an exception when an answer has begun.</summary>
    public SseItem<object> ErrorEvent(Exception error) => new(Pipeline.ErrorOf(error).Body);

    /// <summary>An id that no other answer has.</summary>
    public static string NewId(string prefix) => prefix + Guid.NewGuid().ToString("N");

    /// <summary>The time, as OpenAI's interface says it.</summary>
    public static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
