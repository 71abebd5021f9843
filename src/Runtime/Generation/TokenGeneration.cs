using System;
using System.Diagnostics;
using System.Threading;
using ModelGen.Sampling;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>
/// One run of <see cref="Session.GenerateTokens(string, GenerationOptions?)"/>: evaluates, samples, and says when to end.
/// </summary>
internal sealed class TokenGeneration
{
    private readonly SessionTurns _turns;
    private readonly SessionText _text;
    private readonly Tokenizer _tokenizer;
    private readonly TokenSampler _sampler;
    private readonly TokenScorer? _scorer;
    private readonly HeldTokens _tokens;
    private readonly int _maxTokens;
    private readonly int[] _prompt;
    private readonly PromptEcho? _echo;
    private int _promptEnd;
    private bool _isPromptRead;
    private int _version;
    private int _cachedTokens;
    private int _generatedTokens;
    private long _promptTicks;
    private long _generationTicks;

    /// <param name="turns">Turns of the session that is written to.</param>
    /// <param name="text">Its text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">Ids that fit behind the text as it is.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="isScored">Whether it is asked how likely the tokens are.</param>
    public TokenGeneration(
        SessionTurns turns, SessionText text, Tokenizer tokenizer, int[] prompt, GenerationOptions options, bool isScored)
    {
        _turns = turns;
        _text = text;
        _tokenizer = tokenizer;
        _prompt = prompt;
        _promptEnd = text.Position + prompt.Length;
        _version = text.Version;
        _maxTokens = options.MaxTokens;
        _sampler = new TokenSampler(options, tokenizer, int.Min(tokenizer.VocabularySize, text.VocabularySize), text.ContextLength);
        _scorer = isScored ? new TokenScorer(tokenizer, options.Alternatives) : null;
        _tokens = new HeldTokens(tokenizer, options.StopSequences);
        _echo = options.Echo ? new PromptEcho(text, tokenizer, prompt, _scorer, _tokens) : null;
    }

    /// <summary>How it ended; null while it goes on. Tokens may still be left to take.</summary>
    public GenerationEnd? End { get; private set; }

    /// <summary>Goes on to the next token.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="OperationCanceledException">Cancelled. The session holds what it held after the last whole step.</exception>
    public bool MoveNext(out GeneratedToken token, CancellationToken cancellationToken)
    {
        while (!TryTake(out token))
        {
            if (End is not null)
            {
                return false;
            }

            Step(cancellationToken);
        }

        return true;
    }

    /// <summary>Takes a token that is there already.</summary>
    public bool TryTake(out GeneratedToken token) => _tokens.TryTake(out token);

    /// <summary>Evaluates, and chooses the next token; or reads a part of the prompt. Not after the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled. The session holds what it held after the last whole step.</exception>
    public void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using SessionTurns.Turn turn = _turns.Enter();
        if (_text.Version != _version)
        {
            throw new InvalidOperationException(
                "The session was changed by another call while it was generating; finish or leave the enumeration first.");
        }

        long start = Stopwatch.GetTimestamp();
        ReadOnlySpan<float> logits;
        if (_isPromptRead)
        {
            logits = _text.Append([], "prompt", Wanted(_text.Tokens[_promptEnd..]), cancellationToken);
        }
        else
        {
            logits = ReadPrompt(isFirst: _promptTicks == 0, cancellationToken);
            long end = Stopwatch.GetTimestamp();
            _promptTicks += end - start;
            start = end;
        }

        _version = _text.Version;
        if (_isPromptRead)
        {
            if (!TakeForced(cancellationToken))
            {
                Continue(logits, cancellationToken);
            }

            _generationTicks += Stopwatch.GetTimestamp() - start;
            End = End is null ? null : End with { GenerationTime = Stopwatch.GetElapsedTime(0, _generationTicks) };
        }

        _version = _text.Version;
    }

    /// <summary>
    /// In place of reading a prompt: goes on from a text that holds the prompt and a part of an answer, with a token that is not sampled.
    /// </summary>
    /// <param name="promptEnd">Position behind the prompt; what the text has behind it counts as generated.</param>
    /// <param name="id">The next token, which may be one that ends generation.</param>
    public void Resume(int promptEnd, int id)
    {
        _promptEnd = promptEnd;
        _isPromptRead = true;
        foreach (int generated in _text.Tokens[promptEnd..])
        {
            _tokens.Add(generated, default);
            _generatedTokens++;
        }

        if (_tokenizer.IsEndOfGeneration(id))
        {
            Finish(GenerationEndReason.EndToken);
        }
        else
        {
            Take(id, default);
        }

        _version = _text.Version;
    }

    private ReadOnlySpan<float> ReadPrompt(bool isFirst, CancellationToken cancellationToken)
    {
        ReadOnlySpan<float> logits = _echo is null
            ? _text.Append(_prompt, "prompt", Wanted(answer: []), cancellationToken)
            : _echo.ReadOn(cancellationToken);
        _isPromptRead = _echo?.IsDone ?? true;
        _cachedTokens = isFirst ? _text.Remembered : _cachedTokens;
        return logits;
    }

    // How likely a token was is asked of all logits.
    private ReadOnlySpan<ulong> Wanted(ReadOnlySpan<int> answer) => _scorer is null ? _sampler.Wanted(answer) : [];

    private void Continue(ReadOnlySpan<float> logits, CancellationToken cancellationToken)
    {
        if (_text.IsFull)
        {
            Finish(GenerationEndReason.ContextFull);
            return;
        }

        if (_sampler.Sample(_text.Tokens, _promptEnd, logits) is not int id)
        {
            Finish(GenerationEndReason.Processor);
            return;
        }

        TokenScore score = _scorer?.Score(logits, id) ?? default;
        if (_tokenizer.IsEndOfGeneration(id))
        {
            Finish(GenerationEndReason.EndToken, new GeneratedToken(id, "", score.LogProbability, score.Alternatives, isPrompt: false));
            return;
        }

        Take(id, score);
        TakeForced(cancellationToken);
    }

    // Tokens that a grammar leaves no choice about; they are evaluated together with the next token that is chosen. Whoever asks how likely they
    // were has them evaluated one by one.
    private bool TakeForced(CancellationToken cancellationToken)
    {
        ReadOnlySpan<int> forced = _text.IsFull || End is not null ? [] : _sampler.Forced(_text.Tokens, _promptEnd);
        foreach (int id in forced)
        {
            if (End is null)
            {
                ReadOnlySpan<float> logits = _scorer is null ? [] : _text.Append([], "prompt", cancellationToken);
                Take(id, _scorer?.Score(logits, id) ?? default);
            }
        }

        return !forced.IsEmpty;
    }

    private void Take(int id, TokenScore score)
    {
        _tokens.Add(id, score);
        _text.AppendUnevaluated(id);
        _generatedTokens++;
        if (_tokens.IsStopped)
        {
            Finish(GenerationEndReason.StopSequence);
        }
        else if (_sampler.IsComplete(_text.Tokens, _promptEnd))
        {
            Finish(GenerationEndReason.GrammarEnd);
        }
        else if (_generatedTokens == _maxTokens)
        {
            Finish(GenerationEndReason.TokenLimit);
        }
        else if (_text.IsFull)
        {
            Finish(GenerationEndReason.ContextFull);
        }
    }

    private void Finish(GenerationEndReason reason, GeneratedToken? endToken = null)
    {
        int dropped = _tokens.Finish();
        if (dropped > 0)
        {
            _text.Truncate(_text.Position - dropped);
        }

        End = new GenerationEnd
        {
            // Half a character at the end may complete a stop sequence too.
            Reason = _tokens.IsStopped ? GenerationEndReason.StopSequence : reason,
            StopSequence = _tokens.StopSequence,
            EndToken = _tokens.IsStopped ? null : endToken,
            PromptTokens = _promptEnd + _text.Source.Length,
            CachedTokens = _cachedTokens,
            GeneratedTokens = _generatedTokens - dropped,
            PromptTime = Stopwatch.GetElapsedTime(0, _promptTicks),
            GenerationTime = TimeSpan.Zero,
        };
    }
}
