using System;
using System.Threading;
using System.Threading.Tasks;

namespace ModelGen.Generation;

/// <summary>A session's generation, a step whenever a token is asked for, on the thread pool.</summary>
internal sealed class SessionRun : TokenRun
{
    private readonly TokenGeneration _generation;
    private readonly Action _step;
    private CancellationToken _cancellationToken;

    /// <param name="generation">The generation.</param>
    public SessionRun(TokenGeneration generation)
    {
        _generation = generation;
        _step = () => generation.Step(_cancellationToken);
    }

    /// <inheritdoc/>
    public override GenerationEnd? End => _generation.End;

    /// <inheritdoc/>
    public override bool TryTake(out GeneratedToken token) => _generation.TryTake(out token);

    /// <inheritdoc/>
    public override ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        _cancellationToken = cancellationToken;
        return new ValueTask(Task.Run(_step, cancellationToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        // The session keeps what was generated.
    }
}
