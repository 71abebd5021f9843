using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace ModelGen.Server.Http;

/// <summary>Sequences that come while they are read.</summary>
internal static class AsyncStreams
{
    /// <summary>
    /// What is read of several sources at the same time: they go through the weights together. The first that fails ends the others.
    /// </summary>
    /// <param name="sources">The sources.</param>
    /// <param name="read">Reads one of them.</param>
    /// <param name="cancellationToken">Ends all.</param>
    public static async Task<TResult[]> ReadAllAsync<TSource, TResult>(
        IEnumerable<TSource> sources, Func<TSource, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await Task.WhenAll(sources.Select(async source =>
        {
            try
            {
                return await read(source, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }));
    }

    /// <summary>Several sequences as one, each item as soon as it is there. The first that fails ends all.</summary>
    public static async IAsyncEnumerable<T> Merge<T>(
        IReadOnlyList<IAsyncEnumerable<T>> sources, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (sources.Count == 1)
        {
            await foreach (T item in sources[0].WithCancellation(cancellationToken))
            {
                yield return item;
            }

            yield break;
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<T> merged = Channel.CreateBounded<T>(new BoundedChannelOptions(sources.Count) { SingleReader = true });
        Task reading = Task.WhenAll(sources.Select(source => ReadAsync(source, merged.Writer, stop.Token)))
            .ContinueWith(_ => merged.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await foreach (T item in merged.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    private static async Task ReadAsync<T>(IAsyncEnumerable<T> source, ChannelWriter<T> writer, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (T item in source.WithCancellation(cancellationToken))
            {
                await writer.WriteAsync(item, cancellationToken);
            }
        }
        catch (Exception error)
        {
            writer.TryComplete(error);
        }
    }
}
