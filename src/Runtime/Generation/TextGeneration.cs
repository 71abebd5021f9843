using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Generation;

/// <summary>
/// One run of <see cref="Session.Generate(string, GenerationOptions?)"/>: evaluates, samples, decodes, and says when to end.
/// </summary>
internal sealed class TextGeneration
{
    private readonly Session _session;
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

    /// <param name="session">The session that is written to.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">Ids that fit into the session.</param>
    /// <param name="version">The session's version at which they do.</param>
    /// <param name="options">Valid options.</param>
    public TextGeneration(Session session, Tokenizer tokenizer, int[] prompt, int version, GenerationOptions options)
    {
        _session = session;
        _tokenizer = tokenizer;
        _prompt = prompt;
        _version = version;
        _maxTokens = options.MaxTokens;
        _sampler = new TokenSampler(options, int.Min(tokenizer.VocabularySize, session.VocabularySize));
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
        using Session.Turn turn = _session.Enter();
        if (_session.Version != _version)
        {
            throw new InvalidOperationException(
                "The session was changed by another call while it was generating; finish or leave the enumeration first.");
        }

        ReadOnlySpan<float> logits = _session.Append(_promptEvaluated ? [] : _prompt, cancellationToken);
        _promptEvaluated = true;
        _version = _session.Version;

        string piece = _session.IsFull ? End() : Continue(_sampler.Sample(logits));
        if (_stops.StopStart is long stopStart)
        {
            RemoveStopSequence(stopStart);
        }

        _version = _session.Version;
        return piece;
    }

    private string Continue(int id)
    {
        if (_tokenizer.IsEndOfGeneration(id))
        {
            return End();
        }

        _textStarts.Add(_stops.Length);
        _session.AppendUnevaluated(id);
        string piece = _stops.Append(_decoder.Append(id));
        if (_stops.StopStart is not null)
        {
            _ended = true;
            return piece;
        }

        return _textStarts.Count == _maxTokens || _session.IsFull ? piece + End() : piece;
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

        _session.Truncate(_session.Position - (_textStarts.Count - kept));
    }
}
