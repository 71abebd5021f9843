using System;
using System.Buffers;
using System.Collections.Generic;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ModelGen.Server.Http;

/// <summary>Writes answers while they come: as server-sent events, or as lines of JSON.</summary>
internal static class EventStream
{
    /// <summary>Ends a stream, where its form has such an end.</summary>
    public static readonly SseItem<object> Done = new("[DONE]");

    /// <summary>Writes events. What goes wrong before the first of them is thrown, as nothing is written then; later it becomes one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="events">The events; each value is JSON, but for <see cref="Done"/>.</param>
    /// <param name="errorOf">What an exception becomes.</param>
    /// <param name="cancellationToken">Ends the events.</param>
    public static async Task WriteAsync(
        HttpContext context,
        IAsyncEnumerable<SseItem<object>> events,
        Func<Exception, SseItem<object>> errorOf,
        CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<SseItem<object>> source = events.GetAsyncEnumerator(cancellationToken);
        if (await source.MoveNextAsync())
        {
            Begin(context, "text/event-stream");
            await SseFormatter.WriteAsync(
                WithErrors(source, errorOf, context.RequestAborted), context.Response.Body, Format, context.RequestAborted);
        }
    }

    /// <summary>As the other one, a line of JSON an event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="errorOf">What an exception becomes.</param>
    /// <param name="cancellationToken">Ends the lines.</param>
    public static async Task WriteLinesAsync(
        HttpContext context, IAsyncEnumerable<object> lines, Func<Exception, object> errorOf, CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<object> source = lines.GetAsyncEnumerator(cancellationToken);
        if (await source.MoveNextAsync())
        {
            Begin(context, "application/jsonlines");
            await foreach (object line in WithErrors(source, errorOf, context.RequestAborted))
            {
                ServerJson.Write(context.Response.BodyWriter, line);
                context.Response.BodyWriter.Write("\n"u8);
                await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
            }
        }
    }

    private static void Begin(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache,no-store";

        // A proxy that gathers a while would take the point out of it.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private static void Format(SseItem<object> item, IBufferWriter<byte> output)
    {
        if (item.Data is string text)
        {
            Encoding.UTF8.GetBytes(text, output);
        }
        else
        {
            ServerJson.Write(output, item.Data);
        }
    }

    private static async IAsyncEnumerable<T> WithErrors<T>(
        IAsyncEnumerator<T> source, Func<Exception, T> errorOf, [EnumeratorCancellation] CancellationToken aborted)
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
                yield return errorOf(failure);
                yield break;
            }
        }
    }
}
