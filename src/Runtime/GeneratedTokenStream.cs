using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Generation;

namespace ModelGen;

/// <summary>
/// The tokens that a session generates, one by one, with every step on the thread pool
/// (<see cref="Session.GenerateTokensAsync(string, GenerationOptions?, CancellationToken)"/>).
/// </summary>
/// <remarks>Nothing is evaluated before the first token is asked for; enumerating again appends the prompt again.</remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of tokens, as asynchronous sequences are called.")]
public sealed class GeneratedTokenStream : IAsyncEnumerable<GeneratedToken>
{
    private readonly PreparedGeneration _prepared;
    private readonly CancellationToken _cancellationToken;

    internal GeneratedTokenStream(PreparedGeneration prepared, CancellationToken cancellationToken)
    {
        _prepared = prepared;
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
        TokenGeneration generation = _prepared.Start();
        Action step = () => generation.Step(either);
        while (true)
        {
            while (generation.TryTake(out GeneratedToken token))
            {
                yield return token;
            }

            if (generation.End is not null)
            {
                break;
            }

            await Task.Run(step, either).ConfigureAwait(false);
        }

        End = generation.End;
    }
}
