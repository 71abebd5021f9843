using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ModelGen.Sampling;

/// <summary>
/// Chooses the tokens of one answer from logits, as <see cref="GenerationOptions"/> say. Allocates nothing a token in the long run.
/// </summary>
internal sealed class TokenSampler
{
    private readonly int _vocabularySize;
    private readonly bool _isGreedy;

    // Null: the highest logit is taken as it stands.
    private readonly Candidates? _candidates;
    private readonly IReadOnlyList<LogitProcessor> _processors;
    private readonly LogitStep[] _steps;

    // Among the steps; null: every text may be an answer.
    private readonly GrammarStep? _grammar;
    private readonly ISampler[] _chain;
    private readonly MirostatSampler? _mirostat;
    private Xoshiro256 _random;

    /// <param name="options">Valid options, whose lists do not change.</param>
    /// <param name="tokenizer">Knows the texts of tokens.</param>
    /// <param name="vocabularySize">Ids that may be chosen: 0 to vocabularySize − 1. Logits behind them, which pad some models' output
    /// heads, are left aside.</param>
    /// <param name="contextLength">The most tokens that the text has.</param>
    public TokenSampler(GenerationOptions options, Tokenizer tokenizer, int vocabularySize, int contextLength)
    {
        ulong seed = options.Seed ?? MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        _random = new Xoshiro256(seed);
        _vocabularySize = vocabularySize;
        _isGreedy = options.Temperature == 0;
        _processors = options.LogitProcessors;
        _steps = CreateSteps(options, tokenizer, vocabularySize);
        _grammar = _steps is [.., GrammarStep step] ? step : null;
        _chain = SamplerChain.Create(options, tokenizer, vocabularySize, contextLength, seed);
        if (!_isGreedy && options.Mirostat is not null)
        {
            _mirostat = MirostatSampler.Create(options.Mirostat, vocabularySize);
        }

        bool takesHighest = _isGreedy && _processors.Count == 0 && _steps.Length == 0 && _chain.Length == 0;
        _candidates = takesHighest ? null : new Candidates(vocabularySize);
    }

    /// <summary>The id of the next token, or null where a <see cref="LogitProcessor"/> ends generation.</summary>
    /// <param name="text">Ids of the text so far. Each call's is the last call's with the token that it gave.</param>
    /// <param name="promptLength">How many of them stand before the answer; the same in each call.</param>
    /// <param name="logits">[at least the vocabulary's size]; of tokens that are not <see cref="Wanted"/> they may be −∞.</param>
    /// <exception cref="ModelGenException">A logit is NaN or +∞, or all are −∞: the model's, or those that a processor or an option
    /// left.</exception>
    public int? Sample(ReadOnlySpan<int> text, int promptLength, ReadOnlySpan<float> logits)
    {
        logits = logits[.._vocabularySize];
        bool anyImpossible = LogitChecks.CheckModel(logits);
        if (_candidates is null)
        {
            return IndexOfMax(logits);
        }

        _candidates.Load(logits);
        if (!Process(text, promptLength, _candidates.Logits))
        {
            return null;
        }

        foreach (LogitStep step in _steps)
        {
            step.Apply(text, promptLength, _candidates.Logits);
            LogitChecks.CheckStep(_candidates.Logits, step);
        }

        if (anyImpossible || _processors.Count > 0 || _steps.Length > 0)
        {
            _candidates.DropImpossible();
        }

        foreach (ISampler sampler in _chain)
        {
            sampler.Apply(_candidates, text);
        }

        _mirostat?.Apply(_candidates, text);
        return _isGreedy ? _candidates.Ids[_candidates.IndexOfBest()] : Draw(_candidates);
    }

    /// <summary>
    /// Tokens whose logits count in the choice of the next one, a bit each, low bit first: those that the answer's grammar allows. Empty where
    /// all count, and where anything else has a say.
    /// </summary>
    /// <param name="answer">Ids of the answer so far.</param>
    public ReadOnlySpan<ulong> Wanted(ReadOnlySpan<int> answer) => IsGrammarAlone ? _grammar.Mask(answer) : [];

    /// <summary>Whether the answer is whole by its grammar, and nothing may follow.</summary>
    /// <param name="text">As for <see cref="Sample"/>.</param>
    /// <param name="promptLength">As for <see cref="Sample"/>.</param>
    public bool IsComplete(ReadOnlySpan<int> text, int promptLength) => _grammar?.IsComplete(text[promptLength..]) ?? false;

    /// <summary>Tokens that must follow by the answer's grammar, so that they need not be chosen. Empty where anything else has a say.</summary>
    /// <param name="text">As for <see cref="Sample"/>.</param>
    /// <param name="promptLength">As for <see cref="Sample"/>.</param>
    public ReadOnlySpan<int> Forced(ReadOnlySpan<int> text, int promptLength) =>
        IsGrammarAlone ? _grammar.Forced(text[promptLength..]) : [];

    // Whether the grammar is all that says which tokens the samplers may choose from.
    [MemberNotNullWhen(true, nameof(_grammar))]
    private bool IsGrammarAlone => _grammar is not null && _steps.Length == 1 && _processors.Count == 0;

    private static LogitStep[] CreateSteps(GenerationOptions options, Tokenizer tokenizer, int vocabularySize)
    {
        List<LogitStep> steps = [];
        if (options.LogitBias.Count > 0)
        {
            steps.Add(new LogitBiasStep(options.LogitBias));
        }

        if (options.MinTokens > 0)
        {
            steps.Add(new MinTokensStep(options.MinTokens, tokenizer, vocabularySize));
        }

        if (options.BannedTexts.Count > 0)
        {
            steps.Add(new BannedTextsStep(options.BannedTexts, tokenizer, vocabularySize));
        }

        // The last one: whether anything is left to choose from is its question more than the others'.
        if (options.Grammar is not null)
        {
            steps.Add(new GrammarStep(options.Grammar.CreateCursor(tokenizer)));
        }

        return [.. steps];
    }

    // The program's own steps; false where one of them ends generation.
    private bool Process(ReadOnlySpan<int> text, int promptLength, Span<float> logits)
    {
        for (int index = 0; index < _processors.Count; index++)
        {
            if (_processors[index].Process(text, promptLength, logits) == LogitProcessorResult.EndGeneration)
            {
                return false;
            }

            LogitChecks.CheckProcessor(logits, _processors, index);
        }

        return true;
    }

    private int Draw(Candidates candidates)
    {
        float maxLogit = candidates.MaxLogit();
        double total = candidates.SumOfExponentials(maxLogit);
        double target = _random.NextDouble() * total;
        double sum = 0;
        int drawn = 0;
        float drawnWeight = 0;
        Span<float> weights = stackalloc float[Exponentials.BlockLength];
        for (int index = 0; index < candidates.Count && sum <= target; index++)
        {
            if (index % weights.Length == 0)
            {
                Exponentials.Weights(candidates.Logits[index..int.Min(index + weights.Length, candidates.Count)], maxLogit, weights);
            }

            float weight = weights[index % weights.Length];
            if (weight > 0)
            {
                // Kept for the case that rounding leaves the last sum at the target.
                drawn = index;
                drawnWeight = weight;
                sum += weight;
            }
        }

        _mirostat?.Observe(drawnWeight / total);
        return candidates.Ids[drawn];
    }

    private static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int id = 1; id < logits.Length; id++)
        {
            if (logits[id] > logits[best])
            {
                best = id;
            }
        }

        return best;
    }
}
