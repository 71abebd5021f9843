using System;
using System.Collections.Generic;
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
    private readonly Drafter? _drafter;
    private readonly List<int> _forced = [];
    private int _promptEnd;
    private bool _isPromptRead;
    private int _nextForced;
    private int _begun;
    private int _wanted;
    private bool _hasCounted;
    private long _start;
    private int _version;
    private int _cachedTokens;
    private int _generatedTokens;
    private int _draftedTokens;
    private int _acceptedTokens;
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
        int vocabularySize = int.Min(tokenizer.VocabularySize, text.VocabularySize);
        _sampler = new TokenSampler(options, tokenizer, vocabularySize, text.ContextLength);
        _scorer = isScored ? new TokenScorer(tokenizer, options.Alternatives) : null;
        _tokens = new HeldTokens(tokenizer, options.StopSequences);
        _echo = options.Echo ? new PromptEcho(text, tokenizer, prompt, _scorer, _tokens) : null;
        _drafter = Drafter.Create(options, vocabularySize);
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

        int wanted = Begin();
        try
        {
            int stride = 0;
            ReadOnlySpan<float> logits = wanted == 1
                ? _text.Append([], "prompt", Wanted, cancellationToken)
                : _text.EvaluateLast(wanted, cancellationToken, out stride);
            Accept(logits, stride);
        }
        finally
        {
            Undo();
            _version = _text.Version;
        }
    }

    /// <summary>
    /// Begins a step: appends to the text what is to be evaluated next. Not after the end. <see cref="Accept"/> ends it, once all of the text is
    /// evaluated.
    /// </summary>
    /// <returns>How many of the text's last tokens logits are wanted after, at least 1 and <see cref="SessionText.LogitRows"/> at most.</returns>
    public int Begin()
    {
        _start = Stopwatch.GetTimestamp();
        _wanted = 1;
        int position = _text.Position;
        if (!_isPromptRead && _echo is not null)
        {
            _wanted = _echo.Begin();
        }
        else if (!_isPromptRead)
        {
            _text.AppendUnevaluated(_prompt);
        }
        else if (_drafter is not null && _nextForced == _forced.Count)
        {
            // Behind the draft there is room for the token that is chosen last.
            int most = int.Min(_maxTokens - _generatedTokens, _text.ContextLength - _text.Position) - 1;
            _wanted += _drafter.Append(_text, most);
        }

        _begun = _text.Position - position;
        return _wanted;
    }

    /// <summary>
    /// Of a step that has begun: which tokens' logits count, a bit each, low bit first; empty: all. Of the others they may be −∞. How likely a
    /// token was is asked of all logits.
    /// </summary>
    public ReadOnlySpan<ulong> Wanted => _scorer is not null ? [] : _sampler.Wanted(_isPromptRead ? _text.Tokens[_promptEnd..] : []);

    /// <summary>Ends a step: gives tokens of the prompt, or chooses the next one, and further ones as far as a draft was right.</summary>
    /// <param name="logits">After each of the tokens that <see cref="Begin"/> named.</param>
    /// <param name="stride">Floats from one row of them to the next; 0: there is one.</param>
    public void Accept(ReadOnlySpan<float> logits, int stride)
    {
        if (!_isPromptRead)
        {
            ReadPrompt(logits, stride);
            _begun = 0;
            logits = logits.Slice((_wanted - 1) * stride, _text.VocabularySize);
            long end = Stopwatch.GetTimestamp();
            _promptTicks += end - _start;
            _start = end;
        }

        if (_isPromptRead)
        {
            if (_begun > 0)
            {
                ChooseByDraft(logits, stride);
            }
            else
            {
                Choose(logits);
            }

            _generationTicks += Stopwatch.GetTimestamp() - _start;
            End = End is null ? null : End with
            {
                GenerationTime = Stopwatch.GetElapsedTime(0, _generationTicks),
                DraftedTokens = _draftedTokens,
                AcceptedTokens = _acceptedTokens,
            };
        }
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

    /// <summary>Takes back what a step has appended that was not accepted.</summary>
    private void Undo()
    {
        if (_begun > 0)
        {
            _text.Truncate(_text.Position - _begun);
            if (!_isPromptRead)
            {
                _echo?.Undo(_begun);
            }

            _begun = 0;
        }
    }

    private void ReadPrompt(ReadOnlySpan<float> logits, int stride)
    {
        _cachedTokens = _hasCounted ? _cachedTokens : _text.Remembered;
        _hasCounted = _echo?.HasBegun ?? true;
        _echo?.Accept(logits, stride);
        _isPromptRead = _echo?.IsDone ?? true;
    }

    /// <summary>Chooses tokens as long as each is what the draft has in its place: the next one's logits are there then.</summary>
    private void ChooseByDraft(ReadOnlySpan<float> logits, int stride)
    {
        // Whatever chooses gets to see the text as it is.
        ReadOnlySpan<int> draft = _drafter!.Draft;
        int position = _text.Position - draft.Length;
        _text.Truncate(position);
        _begun = 0;
        int accepted = 0;
        int chosen;
        do
        {
            Choose(logits.Slice(accepted * stride, _text.VocabularySize));

            // A stop sequence takes tokens away.
            chosen = int.Max(_text.Position - position, 0);
            accepted = _text.Tokens[^chosen..].CommonPrefixLength(draft);
        }
        while (End is null && accepted == chosen);

        _text.SetEvaluated(int.Min(_text.Position, position + accepted));
        _drafter.Learn(accepted);
        _draftedTokens += draft.Length;
        _acceptedTokens += accepted;
    }

    private void Choose(ReadOnlySpan<float> logits)
    {
        if (_nextForced == _forced.Count)
        {
            FindForced();
        }

        if (_nextForced == _forced.Count)
        {
            Continue(logits);
            FindForced();
        }
        else if (_scorer is not null)
        {
            TakeForced(logits);
        }

        while (_scorer is null && _nextForced < _forced.Count && End is null)
        {
            TakeForced(logits);
        }
    }

    // Tokens that a grammar leaves no choice about; they are evaluated together with the next token that is chosen. Whoever asks how likely they
    // were has them evaluated one by one.
    private void FindForced()
    {
        _forced.Clear();
        _nextForced = 0;
        if (End is null && !_text.IsFull)
        {
            _forced.AddRange(_sampler.Forced(_text.Tokens, _promptEnd));
        }
    }

    private void TakeForced(ReadOnlySpan<float> logits)
    {
        int id = _forced[_nextForced++];
        Take(id, _scorer?.Score(logits, id) ?? default);
    }

    private void Continue(ReadOnlySpan<float> logits)
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
