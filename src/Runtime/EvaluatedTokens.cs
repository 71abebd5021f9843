using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using ModelGen.Sessions;

namespace ModelGen;

/// <summary>
/// The logits after each token of a text, for <c>foreach</c> (<see cref="Session.EvaluateAll"/>). Tokens are appended and evaluated a batch at
/// a time, when the enumeration comes to them.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "A collection that foreach alone can go through.")]
public ref struct EvaluatedTokens
{
    private readonly SessionTurns _turns;
    private readonly SessionText _text;
    private ReadOnlySpan<int> _rest;
    private ReadOnlySpan<float> _logits;
    private int _stride;
    private int _row;
    private int _rows;
    private int _version;

    internal EvaluatedTokens(SessionTurns turns, SessionText text, ReadOnlySpan<int> tokens)
    {
        _turns = turns;
        _text = text;
        _rest = tokens;
        _version = text.Version;
        _row = -1;
    }

    /// <summary>Logits [vocabulary] after the token at hand. They can be read until the next step.</summary>
    public readonly ReadOnlySpan<float> Current => _logits.Slice(_row * _stride, _text.VocabularySize);

    /// <summary>The enumerator, which this is itself.</summary>
    public readonly EvaluatedTokens GetEnumerator() => this;

    /// <summary>Goes on to the next token, and evaluates where needed.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">Another call is running, or has changed the session.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    public bool MoveNext()
    {
        if (++_row < _rows)
        {
            return true;
        }

        if (_rest.IsEmpty)
        {
            _row = _rows;
            return false;
        }

        using SessionTurns.Turn turn = _turns.Enter();
        if (_text.Version != _version)
        {
            throw new InvalidOperationException("The session was changed by another call while its tokens were evaluated; finish the enumeration first.");
        }

        _rows = int.Min(_rest.Length, _text.LogitRows);
        _logits = _text.AppendAll(_rest[.._rows], "tokens", CancellationToken.None, out _stride);
        _rest = _rest[_rows..];
        _version = _text.Version;
        _row = 0;
        return true;
    }
}
