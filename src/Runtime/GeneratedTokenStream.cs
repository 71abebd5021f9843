using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Generation;

namespace ModelGen;

/// <summary>
/// The tokens that a session generates, one by one, with every step on the thread pool
/// (<see cref="Session.GenerateTokensAsync(string, GenerationOptions?, CancellationToken)"/>), or those of a request to an engine
/// (<see cref="Engine.GenerateTokensAsync(string, GenerationOptions?, EngineRequestOptions?, CancellationToken)"/>).
/// </summary>
/// <remarks>
/// Nothing is evaluated before the first token is asked for; enumerating again appends the prompt again, or is another request.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of tokens, as asynchronous sequences are called.")]
public sealed class GeneratedTokenStream : IAsyncEnumerable<GeneratedToken>
{
    private readonly Func<TokenRun> _start;
    private readonly CancellationToken _cancellationToken;

    /// <param name="start">Starts to generate.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal GeneratedTokenStream(Func<TokenRun> start, CancellationToken cancellationToken)
    {
        _start = start;
        _cancellationToken = cancellationToken;
    }

    /// <summary>How the last enumeration ended; null before it did, and where it was left early.</summary>
    public GenerationEnd? End { get; private set; }

    /// <summary>Starts to generate.</summary>
    /// <param name="cancellationToken">Ends generation within one step's time, beside the one that the method was given.</param>
    public async IAsyncEnumerator<GeneratedToken> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource? both = cancellationToken.CanBeCanceled && _cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancellationToken)
            : null;
        CancellationToken either = both?.Token ?? (cancellationToken.CanBeCanceled ? cancellationToken : _cancellationToken);
        either.ThrowIfCancellationRequested();
        End = null;
        using TokenRun run = _start();
        while (true)
        {
            while (run.TryTake(out GeneratedToken token))
            {
                yield return token;
            }

            if (run.End is not null)
            {
                break;
            }

            await run.WaitAsync(either).ConfigureAwait(false);
        }

        End = run.End;
    }

    /// <summary>The pieces of text.</summary>
    internal async IAsyncEnumerable<string> Texts([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (GeneratedToken token in this.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (token.Text.Length > 0)
            {
                yield return token.Text;
            }
        }
    }
}
