using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelGen.Server.Endpoints;
using ModelGen.Server.Http;
using ModelGen.Server.Monitoring;

namespace ModelGen.Server;

/// <summary>Models behind OpenAI's HTTP interface.</summary>
public static class ModelGenEndpoints
{
    /// <summary>
    /// Maps the endpoints that models are asked by: chats, completions, embeddings and rankings of OpenAI's interface and those beside it,
    /// tokens, health and metrics. docs/server.md lists them.
    /// </summary>
    /// <remarks>
    /// Fit for programs that are published with NativeAOT. Whoever serves other machines than its own gives
    /// <see cref="ModelGenServerOptions.ApiKeys"/> and has a proxy before it that speaks TLS.
    /// </remarks>
    /// <param name="endpoints">The program, or a group of its endpoints.</param>
    /// <param name="models">The models, at least one. They are disposed by whoever made them, after the server has ended.</param>
    /// <param name="options">How they are served; null for the defaults.</param>
    /// <returns>The endpoints, for what a program wants of all of them.</returns>
    /// <exception cref="ArgumentException">There is no model, or an option is not valid.</exception>
    public static RouteGroupBuilder MapModelGen(
        this IEndpointRouteBuilder endpoints, ServerModels models, ModelGenServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(models);
        options ??= new ModelGenServerOptions();
        options.Validate();
        if (models.All.Count == 0)
        {
            throw new ArgumentException("There is no model; add one.", nameof(models));
        }

        ILogger logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("ModelGen.Server");
        RequestPipeline pipeline = new(options, logger);
        EndpointServices serving = new(models, options, pipeline);
        MetricsReport report = new(models);
        endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopped.Register(report.Dispose);

        RouteGroupBuilder group = endpoints.MapGroup("");
        ChatCompletionsEndpoint chats = new(serving);
        CompletionsEndpoint completions = new(serving);
        EmbeddingsEndpoint embeddings = new(serving);
        RerankEndpoint rankings = new(serving);
        InvocationsEndpoint invocations = new(chats, completions, new TextGenerationEndpoint(serving), embeddings, rankings);
        ModelsEndpoint cards = new(serving);
        TokenEndpoints tokens = new(serving);
        group.MapPost("/v1/chat/completions", pipeline.Limited(chats.HandleAsync));
        group.MapPost("/v1/completions", pipeline.Limited(completions.HandleAsync));
        group.MapPost("/v1/responses", pipeline.Limited(new ResponsesEndpoint(serving).HandleAsync));
        group.MapPost("/v1/embeddings", pipeline.Limited(embeddings.HandleAsync));
        group.MapPost("/v1/rerank", pipeline.Limited(rankings.HandleAsync));
        group.MapGet("/v1/models", pipeline.Keyed(cards.ListAsync));
        group.MapGet("/v1/models/{**model}", pipeline.Keyed(cards.GetAsync));
        group.MapPost("/tokenize", pipeline.Limited(tokens.TokenizeAsync));
        group.MapPost("/detokenize", pipeline.Limited(tokens.DetokenizeAsync));
        group.MapPost("/apply-template", pipeline.Limited(new ApplyTemplateEndpoint(serving).HandleAsync));
        group.MapPost("/invocations", pipeline.Limited(invocations.HandleAsync));
        group.MapGet("/metrics", pipeline.Keyed(new MetricsEndpoint(report).HandleAsync));
        group.MapGet("/health", pipeline.Open(HealthEndpoints.HealthAsync));
        group.MapGet("/ping", pipeline.Open(HealthEndpoints.PingAsync));
        return group;
    }
}
