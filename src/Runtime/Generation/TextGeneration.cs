using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Sampling;
using ModelGen.Sessions;
using ModelGen.Tokenization;

namespace ModelGen.Generation;

/// <summary>
/// One run of <see cref="Session.Generate(string, GenerationOptions?)"/>: evaluates, samples, decodes, and says when to end.
/// </summary>
internal sealed class TextGeneration
{
    private readonly SessionTurns _turns;
    private readonly SessionText _text;
    private readonly Tokenizer _tokenizer;
    private readonly TokenSampler _sampler;
    private readonly TextDecoder _decoder;
    private readonly StopSequenceMatcher _stops;

    // Where each generated token's text starts, in characters since the start of the generated text.
    private readonly List<long> _textStarts = [];
    private readonly int _maxTokens;
    private readonly int[] _prompt;
    private bool _promptEvaluated;
    private int _version;
    private bool _ended;

    /// <param name="turns">Turns of the session that is written to.</param>
    /// <param name="text">Its text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">Ids that fit behind the text as it is.</param>
    /// <param name="options">Valid options.</param>
    public TextGeneration(SessionTurns turns, SessionText text, Tokenizer tokenizer, int[] prompt, GenerationOptions options)
    {
        _turns = turns;
        _text = text;
        _tokenizer = tokenizer;
        _prompt = prompt;
        _version = text.Version;
        _maxTokens = options.MaxTokens;
        _sampler = new TokenSampler(options, tokenizer, int.Min(tokenizer.VocabularySize, text.VocabularySize), text.ContextLength);
        _decoder = new TextDecoder(tokenizer);
        _stops = new StopSequenceMatcher(options.StopSequences);
    }

    /// <summary>The next piece of text, which is not empty, or null at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled. The session holds what it held after the last whole step.</exception>
    public string? Next(CancellationToken cancellationToken)
    {
        while (!_ended)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string piece = Step(cancellationToken);
            if (piece.Length > 0)
            {
                return piece;
            }
        }

        return null;
    }

    private string Step(CancellationToken cancellationToken)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        if (_text.Version != _version)
        {
            throw new InvalidOperationException(
                "The session was changed by another call while it was generating; finish or leave the enumeration first.");
        }

        ReadOnlySpan<float> logits = _text.Append(_promptEvaluated ? [] : _prompt, "prompt", cancellationToken);
        _promptEvaluated = true;
        _version = _text.Version;

        // What was generated is at the end: no other call has changed the text.
        string piece = _text.IsFull
            ? End()
            : Continue(_sampler.Sample(_text.Tokens, _text.Position - _textStarts.Count, logits));
        if (_stops.StopStart is long stopStart)
        {
            RemoveStopSequence(stopStart);
        }

        _version = _text.Version;
        return piece;
    }

    // Null: a logit processor ends generation.
    private string Continue(int? next)
    {
        if (next is not int id || _tokenizer.IsEndOfGeneration(id))
        {
            return End();
        }

        _textStarts.Add(_stops.Length);
        _text.AppendUnevaluated(id);
        string piece = _stops.Append(_decoder.Append(id));
        if (_stops.StopStart is not null)
        {
            _ended = true;
            return piece;
        }

        return _textStarts.Count == _maxTokens || _text.IsFull ? piece + End() : piece;
    }

    private string End()
    {
        _ended = true;
        string rest = _stops.Append(_decoder.Flush());
        return _stops.StopStart is null ? rest + _stops.Flush() : rest;
    }

    // Tokens whose text starts inside the stop sequence were not returned in any part; the session forgets them.
    private void RemoveStopSequence(long stopStart)
    {
        int kept = _textStarts.Count;
        while (kept > 0 && _textStarts[kept - 1] >= stopStart)
        {
            kept--;
        }

        _text.Truncate(_text.Position - (_textStarts.Count - kept));
    }
}
