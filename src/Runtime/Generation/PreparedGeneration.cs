using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>
/// A call of <see cref="Session.GenerateTokens(string, GenerationOptions?)"/> or of one that is a view of it, checked when it was made; what it
/// evaluates it evaluates when its tokens are asked for.
/// </summary>
internal sealed class PreparedGeneration
{
    private readonly SessionTurns _turns;
    private readonly SessionText _text;
    private readonly Tokenizer _tokenizer;
    private readonly PromptPlacer _placer;
    private readonly Func<PromptPlacement> _place;
    private readonly GenerationOptions _options;
    private readonly bool _isScored;
    private readonly PromptPlacement _placement;
    private readonly int _version;

    /// <summary>Checks everything that can be checked.</summary>
    /// <param name="turns">The session's turns.</param>
    /// <param name="text">Its text.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="placer">What says where prompts go.</param>
    /// <param name="place">Where this one goes.</param>
    /// <param name="options">How to generate; null for the defaults.</param>
    /// <param name="isScored">Whether it is asked how likely the tokens are.</param>
    public PreparedGeneration(
        SessionTurns turns,
        SessionText text,
        Tokenizer tokenizer,
        PromptPlacer placer,
        Func<PromptPlacement> place,
        GenerationOptions? options,
        bool isScored)
    {
        options ??= new GenerationOptions();
        options.Validate(int.Min(tokenizer.VocabularySize, text.VocabularySize));
        options.DraftModel?.CheckVocabulary(tokenizer);
        _turns = turns;
        _text = text;
        _tokenizer = tokenizer;
        _placer = placer;
        _place = place;
        _isScored = isScored && options.LogProbabilities;

        // The caller may change its lists while the enumeration is under way.
        _options = options.Copy();
        using SessionTurns.Turn turn = turns.Enter();
        _placement = PlaceAndCheck();
        _version = text.Version;
    }

    /// <summary>Puts the session where the prompt goes.</summary>
    public TokenGeneration Start()
    {
        using SessionTurns.Turn turn = _turns.Enter();

        // The session may have moved on since the call.
        PromptPlacement placement = _version == _text.Version ? _placement : PlaceAndCheck();
        if (placement.Source is int[] source)
        {
            _text.Answer(source);
        }

        if (placement.Position < _text.Position)
        {
            _text.Truncate(placement.Position);
        }

        return new TokenGeneration(_turns, _text, _tokenizer, placement.Ids, _options, _isScored);
    }

    /// <summary>The pieces of text.</summary>
    public IEnumerable<string> Texts()
    {
        foreach (GeneratedToken token in new GeneratedTokens(this))
        {
            if (token.Text.Length > 0)
            {
                yield return token.Text;
            }
        }
    }

    /// <summary>The tokens, with every step on the thread pool.</summary>
    public GeneratedTokenStream Stream(CancellationToken cancellationToken) => new(() => new SessionRun(Start()), cancellationToken);

    /// <summary>Several answers, all of them now.</summary>
    public IReadOnlyList<GeneratedAnswer> Answers(int count, CancellationToken cancellationToken)
    {
        using SessionTurns.Turn turn = _turns.Enter();
        PromptPlacement placement = _version == _text.Version ? _placement : PlaceAndCheck();
        return SharedPrompt.Answer(_text, _tokenizer, placement, _options, count, cancellationToken);
    }

    /// <summary>The same on a thread of its own, which waits for its tokens as those of the other answers do.</summary>
    public async Task<IReadOnlyList<GeneratedAnswer>> AnswersAsync(int count, CancellationToken cancellationToken) =>
        await Task.Factory.StartNew(
            () => Answers(count, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);

    private PromptPlacement PlaceAndCheck()
    {
        PromptPlacement placement = _place();
        _placer.Check(placement);
        return placement;
    }
}
