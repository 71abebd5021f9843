using System;
using System.Threading;

namespace ModelGen.Execution;

/// <summary>
/// What a model remembers of one text, and the way to have more of it evaluated. <see cref="Session"/> checks every precondition named here.
/// One call at a time.
/// </summary>
internal abstract class Sequence : IDisposable
{
    /// <summary>Positions of the text at most.</summary>
    public abstract int ContextLength { get; }

    /// <summary>Length of the logits after a token.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The token that an answer to a source text starts with; null where the model reads no such text.</summary>
    public virtual int? StartToken => null;

    /// <summary>Tokens of the source text that has been read; 0: none has.</summary>
    public virtual int SourceLength => 0;

    /// <summary>Tokens whose logits <see cref="EvaluateAll"/> gives at once.</summary>
    public abstract int LogitRows { get; }

    /// <summary>
    /// To which position the sequence can go back so that what comes before it need not be evaluated again: <paramref name="position"/>,
    /// unless something has been forgotten that a token there would look back to.
    /// </summary>
    /// <param name="position">A position up to which the text has been evaluated.</param>
    /// <returns>A position that is at most <paramref name="position"/>.</returns>
    public abstract int Keep(int position);

    /// <summary>Reads a source text in place of the one before. What is remembered of the sequence's own text belongs to that one.</summary>
    /// <param name="ids">Its tokens: at least one, and no more than <see cref="ContextLength"/>.</param>
    /// <param name="cancellationToken">After a cancelled call no source text has been read.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public virtual void ReadSource(ReadOnlySpan<int> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Forgets the source text.</summary>
    public virtual void ForgetSource()
    {
    }

    /// <summary>Evaluates a part of a text.</summary>
    /// <param name="text">The ids by position.</param>
    /// <param name="position">Position of the first token; all before it have been evaluated, and <see cref="Keep"/> gives it back.</param>
    /// <param name="count">At least one.</param>
    /// <param name="wanted">Tokens whose logits are wanted, a bit each, low bit first; empty: all are. Logits of others may be −∞.</param>
    /// <param name="cancellationToken">After a cancelled call what is remembered at and past <paramref name="position"/> is undefined.</param>
    /// <returns>Logits [<see cref="VocabularySize"/>] after the last token, in managed memory, which the next call overwrites.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public abstract ReadOnlySpan<float> Evaluate(
        int[] text, int position, int count, scoped ReadOnlySpan<ulong> wanted, CancellationToken cancellationToken);

    /// <summary>As <see cref="Evaluate"/>, with the logits after several tokens.</summary>
    /// <param name="text">The ids by position.</param>
    /// <param name="position">Position of the first token.</param>
    /// <param name="count">At least one.</param>
    /// <param name="firstLogit">First of these tokens whose logits are wanted; those of all behind it are too, <see cref="LogitRows"/> at most.</param>
    /// <param name="cancellationToken">As for <see cref="Evaluate"/>.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    /// <returns>The rows, one behind the other.</returns>
    public abstract ReadOnlySpan<float> EvaluateAll(
        int[] text, int position, int count, int firstLogit, CancellationToken cancellationToken, out int stride);

    /// <summary>A sequence that remembers the same of the first tokens. The two share the memory of what neither writes to.</summary>
    /// <param name="position">A position up to which the text has been evaluated, and which <see cref="Keep"/> gives back.</param>
    public abstract Sequence Fork(int position);

    /// <summary>How what is remembered lies in memory: only a sequence of the same layout can restore it.</summary>
    public abstract string Layout { get; }

    /// <summary>Writes what is remembered of the first tokens.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="position">A position up to which the text has been evaluated, and which <see cref="Keep"/> gives back.</param>
    public abstract void Save(SavedSessionWriter writer, int position);

    /// <summary>Takes back what <see cref="Save"/> has written, in a sequence that remembers nothing yet.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="position">The position that it was written for.</param>
    /// <exception cref="ModelGenException">It is not what was written, or there is not enough memory.</exception>
    public abstract void Restore(SavedSessionReader reader, int position);

    /// <inheritdoc/>
    public abstract void Dispose();
}
