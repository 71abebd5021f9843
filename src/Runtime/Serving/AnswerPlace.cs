using System;
using ModelGen.Execution;
using ModelGen.Sessions;

namespace ModelGen.Serving;

/// <summary>
/// A text with what the model remembers of it, for one request after the other. What it evaluates it evaluates in parts, each together with
/// those of other places.
/// </summary>
internal sealed class AnswerPlace : IDisposable
{
    private readonly PagedSequence _sequence;
    private int _partLogits;

    // Full pages of the text that a cache has seen.
    private int _keptPages;

    /// <param name="sequence">Remembers nothing yet; taken over.</param>
    public AnswerPlace(PagedSequence sequence)
    {
        _sequence = sequence;
        Text = new SessionText(sequence);
        Turns = new SessionTurns(sequence);
    }

    /// <summary>The text.</summary>
    public SessionText Text { get; }

    /// <summary>Turns of the text, which nobody but the engine takes.</summary>
    public SessionTurns Turns { get; }

    /// <summary>Where nothing is remembered of the text: takes over what a cache knows of it.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="logits">Last tokens that are to be evaluated in any case.</param>
    public void Adopt(PrefixCache cache, int logits)
    {
        if (Text.Evaluated == 0 && Text.Position > logits)
        {
            cache.Adopt(Text, logits, _sequence);
        }
    }

    /// <summary>Has a cache keep the pages that are full now.</summary>
    public void KeepPages(PrefixCache cache)
    {
        int pages = cache.CountPages(Text.Evaluated);
        if (pages > _keptPages)
        {
            cache.KeepPages(Text, _sequence);
        }

        _keptPages = pages;
    }

    /// <summary>Has a cache keep what has been evaluated of a text that ends here.</summary>
    public void KeepAll(PrefixCache cache) => cache.KeepAll(Text, _sequence);

    /// <summary>Tokens that have to be evaluated until the logits after some last tokens are known.</summary>
    /// <param name="logits">How many last tokens, at least 1.</param>
    public int CountUnevaluated(int logits) => Text.Position - Text.GoBack(logits);

    /// <summary>Has the memory for the next part.</summary>
    /// <param name="rows">Tokens of it at most.</param>
    /// <param name="logits">Last tokens of the text whose logits are wanted at last.</param>
    /// <returns>How many tokens the part has; 0: so few make no part.</returns>
    /// <exception cref="PageShortageException">There is not enough memory.</exception>
    public int Reserve(int rows, int logits)
    {
        int all = CountUnevaluated(logits);
        int part = rows < all ? int.Min(rows, all - logits) : all;
        if (part <= 0)
        {
            return 0;
        }

        int prepared = _sequence.Prepare(Text.Evaluated, part);

        // Logits that are wanted of several tokens are wanted in one part.
        return prepared > all - logits ? part : prepared;
    }

    /// <summary>Begins the part that there is memory for.</summary>
    /// <param name="rows">What <see cref="Reserve"/> gave.</param>
    /// <param name="logits">As there.</param>
    /// <param name="wanted">Where it is one, which of its logits, a bit each; empty: all.</param>
    /// <returns>What is to be evaluated.</returns>
    public EvaluationRequest Begin(int rows, int logits, scoped ReadOnlySpan<ulong> wanted)
    {
        _partLogits = Text.Evaluated + rows == Text.Position ? logits : 0;
        return _sequence.Begin(Text.Ids, Text.Evaluated, rows, _partLogits, wanted);
    }

    /// <summary>Throws what the part ended with, if it was not evaluated.</summary>
    public void ThrowIfFailed() => _sequence.ThrowIfFailed();

    /// <summary>Ends a part that was evaluated.</summary>
    /// <returns>Whether it was the last one: the logits are there.</returns>
    public bool End(int rows)
    {
        _sequence.End();
        Text.SetEvaluated(Text.Evaluated + rows);
        return _partLogits > 0;
    }

    /// <summary>The logits that the last part gave.</summary>
    /// <param name="stride">Floats from one row to the next.</param>
    public ReadOnlySpan<float> Logits(out int stride) => _sequence.LogitsOf(_partLogits, out stride);

    /// <summary>Gives back what is remembered of the text, which stays.</summary>
    public void Forget()
    {
        _sequence.Clear();
        Text.SetEvaluated(0);
        _keptPages = 0;
    }

    /// <summary>Gives back everything, for the next request.</summary>
    public void Clear()
    {
        Forget();
        Text.Truncate(0);
        Text.Remembered = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Turns.Dispose();
}
