using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ModelGen.Server.Http;

/// <summary>Writes answers as server-sent events while they come.</summary>
internal static class EventStream
{
    /// <summary>Ends a stream, where its form has such an end.</summary>
    public static readonly SseItem<object> Done = new("[DONE]");

    /// <summary>Writes events. What goes wrong before the first of them is thrown, as nothing is written then; later it becomes an event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pipeline">Says what exceptions become.</param>
    /// <param name="events">The events; each value is JSON, but for <see cref="Done"/>.</param>
    /// <param name="cancellationToken">Ends the events.</param>
    public static async Task WriteAsync(
        HttpContext context, RequestPipeline pipeline, IAsyncEnumerable<SseItem<object>> events, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<SseItem<object>> source = events.GetAsyncEnumerator(cancellationToken);
        if (!await source.MoveNextAsync())
        {
            return;
        }

        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache,no-store";

        // A proxy that gathers a while would take the point out of it.
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await SseFormatter.WriteAsync(
            WithErrors(source, pipeline, context.RequestAborted), response.Body, Format, context.RequestAborted);
    }

    private static void Format(SseItem<object> item, IBufferWriter<byte> output)
    {
        if (item.Data is string text)
        {
            System.Text.Encoding.UTF8.GetBytes(text, output);
        }
        else
        {
            ServerJson.Write(output, item.Data);
        }
    }

    private static async IAsyncEnumerable<SseItem<object>> WithErrors(
        IAsyncEnumerator<SseItem<object>> source, RequestPipeline pipeline, [EnumeratorCancellation] CancellationToken aborted)
    {
        while (true)
        {
            yield return source.Current;
            Exception? failure = null;
            try
            {
                if (!await source.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception error) when (!aborted.IsCancellationRequested)
            {
                failure = error;
            }

            if (failure is not null)
            {
                yield return new SseItem<object>(pipeline.ErrorOf(failure).Body);
                yield break;
            }
        }
    }
}
