using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.RateLimiting;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ModelGen.Server.Http;

/// <summary>What all endpoints have in common: keys, limits, and errors in one form.</summary>
/// <param name="options">The server's.</param>
/// <param name="logger">Takes what is nobody's fault but the server's.</param>
internal sealed partial class RequestPipeline(ModelGenServerOptions options, ILogger logger)
{
    private const string Scheme = "Bearer ";
    private const string RetrySeconds = "1";

    private readonly byte[][] _keys = [.. options.ApiKeys.Select(Hash)];

    // It lives as long as the endpoints, which nobody takes away again.
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.MaxConcurrentRequests,
        QueueLimit = 0,
    });

    /// <summary>An endpoint that anybody may ask, at any time.</summary>
    public RequestDelegate Open(Func<HttpContext, Task> handle) => context => AnswerAsync(context, _ => handle(context));

    /// <summary>An endpoint that asks for a key and does little.</summary>
    public RequestDelegate Keyed(Func<HttpContext, Task> handle) => context => AnswerAsync(context, _ =>
    {
        CheckKey(context.Request);
        return handle(context);
    });

    /// <summary>An endpoint that asks for a key and works.</summary>
    /// <param name="handle">Answers; the token ends it when the client has gone or the time is over.</param>
    public RequestDelegate Limited(Func<HttpContext, CancellationToken, Task> handle) =>
        context => AnswerAsync(context, async cancellationToken =>
        {
            CheckKey(context.Request);
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            {
                size.MaxRequestBodySize = options.MaxBodyBytes;
            }

            using RateLimitLease lease = _limiter.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                throw RequestException.Busy(
                    $"{options.MaxConcurrentRequests} requests are being answered, as many as may; try again later, or raise the server's "
                    + "MaxConcurrentRequests.");
            }

            await handle(context, cancellationToken);
        });

    /// <summary>The error that an exception is answered with.</summary>
    /// <param name="error">The exception.</param>
    public RequestException ErrorOf(Exception error)
    {
        switch (error)
        {
            case RequestException known:
                return known;
            case EngineFullException full:
                return RequestException.Busy(full.Message);
            case ContextFullException full:
                return RequestException.TooLong("messages", full.Message);
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return RequestException.OfBody(
                    StatusCodes.Status413PayloadTooLarge,
                    $"The body has more than {options.MaxBodyBytes} bytes; shorten it, or raise the server's MaxBodyBytes.");
            case BadHttpRequestException bad:
                return RequestException.OfBody(bad.StatusCode, bad.Message);
            case OperationCanceledException when options.RequestTimeout is TimeSpan limit:
                return RequestException.TimedOut(limit);
            case ObjectDisposedException:
                return RequestException.Ending();
            case ModelGenException failed:
                LogFailure(failed);
                return RequestException.Internal(failed.Message);
            default:
                LogFailure(error);
                return RequestException.Internal("The server failed to answer; its log says why.");
        }
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private async Task AnswerAsync(HttpContext context, Func<CancellationToken, Task> handle)
    {
        using CancellationTokenSource? timeout = options.RequestTimeout is null
            ? null
            : CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout?.CancelAfter(options.RequestTimeout!.Value);
        try
        {
            await handle(timeout?.Token ?? context.RequestAborted);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            RequestException answer = ErrorOf(error);
            context.Response.Clear();
            context.Response.StatusCode = answer.Status;
            if (answer.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = RetrySeconds;
            }
            else if (answer.Status == StatusCodes.Status401Unauthorized)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
            }

            await ServerJson.WriteAsync(context.Response, answer.Body, context.RequestAborted);
        }
    }

    private void CheckKey(HttpRequest request)
    {
        if (_keys.Length == 0)
        {
            return;
        }

        string? header = request.Headers.Authorization;
        bool isKnown = false;
        if (header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            // All are compared, each to its end: how long it takes says nothing about any of them.
            byte[] given = Hash(header[Scheme.Length..].Trim());
            foreach (byte[] key in _keys)
            {
                isKnown |= CryptographicOperations.FixedTimeEquals(key, given);
            }
        }

        if (!isKnown)
        {
            throw RequestException.NoKey("The request has no key that the server knows; give one as 'Authorization: Bearer KEY'.");
        }
    }

    [LoggerMessage(LogLevel.Error, "A request failed.")]
    private partial void LogFailure(Exception error);
}
