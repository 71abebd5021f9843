using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Generation;
using ModelGen.Sessions;

namespace ModelGen.Analysis;

/// <summary>
/// An answer, and at which of its tokens another likely token would have led to another outcome. (Bigelow et al. 2024, "Forking Paths in Neural
/// Text Generation", https://arxiv.org/abs/2412.07961; docs/generation.md says what is taken from there.)
/// </summary>
public sealed class ForkingPaths
{
    private ForkingPaths(string text, string outcome, IReadOnlyList<ForkingToken> tokens, GenerationEnd end)
    {
        Text = text;
        Outcome = outcome;
        Tokens = tokens;
        End = end;
    }

    /// <summary>The answer.</summary>
    public string Text { get; }

    /// <summary>Its outcome.</summary>
    public string Outcome { get; }

    /// <summary>Its tokens, each with the ways that fork off there; the token that ended it is the last of them.</summary>
    public IReadOnlyList<ForkingToken> Tokens { get; }

    /// <summary>How the answer ended, and what it took.</summary>
    public GenerationEnd End { get; }

    /// <summary>
    /// Answers a prompt; then takes, at each token, each other likely token in its place, finishes the text from there, and compares outcomes.
    /// </summary>
    /// <remarks>
    /// All of it happens on forks: the session stays as it is. They run together, so that what they evaluate goes through the weights together;
    /// an answer of hundreds of tokens has hundreds of ways, and each costs as much as the rest of the answer.
    /// <see cref="GenerationOptions.LogitProcessors"/> are called from several threads at once.
    /// </remarks>
    /// <param name="session">Where the prompt goes behind.</param>
    /// <param name="prompt">Any text, as for <see cref="Session.Generate(string, GenerationOptions?)"/>.</param>
    /// <param name="outcome">What a text comes to, such as the number that it ends with. Called on one thread at a time.</param>
    /// <param name="options">How to look; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the search within one step's time.</param>
    /// <exception cref="ArgumentException">The prompt is empty and so is the session, or an option is not valid.</exception>
    /// <exception cref="ContextFullException">The prompt does not fit.</exception>
    /// <exception cref="ModelGenException">The vocabulary cannot write the prompt, the model's logits are not numbers, or there is not enough
    /// memory.</exception>
    /// <exception cref="InvalidOperationException">Another call is running.</exception>
    /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static ForkingPaths Find(
        Session session,
        string prompt,
        Func<string, string> outcome,
        ForkingPathsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Find(session, (fork, generation) => fork.GenerateTokens(prompt, generation), outcome, options, cancellationToken);
    }

    /// <param name="session">Where the prompt goes behind.</param>
    /// <param name="promptIds">Ids of the vocabulary, appended as they stand; no BOS is added.</param>
    /// <inheritdoc cref="Find(Session, string, Func{string, string}, ForkingPathsOptions?, CancellationToken)"/>
    /// <param name="outcome"/>
    /// <param name="options"/>
    /// <param name="cancellationToken"/>
    public static ForkingPaths Find(
        Session session,
        IReadOnlyList<int> promptIds,
        Func<string, string> outcome,
        ForkingPathsOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptIds);
        return Find(session, (fork, generation) => fork.GenerateTokens(promptIds, generation), outcome, options, cancellationToken);
    }

    private static ForkingPaths Find(
        Session session,
        Func<Session, GenerationOptions, GeneratedTokens> generate,
        Func<string, string> outcome,
        ForkingPathsOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(outcome);
        options ??= new ForkingPathsOptions();
        options.Validate();
        GenerationOptions generation = options.Generation with
        {
            Echo = false,
            Seed = options.Generation.Seed ?? SharedPrompt.NewSeed(),

            // No more tokens than this can be that likely.
            Alternatives = (int)(1 / options.MinProbability) + 1,
            LogProbabilities = true,
        };
        using Session answered = session.Fork();
        GeneratedTokens generated = generate(answered, generation);
        List<GeneratedToken> tokens = [];
        foreach (GeneratedToken token in generated)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tokens.Add(token);
        }

        GenerationEnd end = generated.End!;
        int promptEnd = answered.Position - tokens.Count;
        string text = string.Concat(tokens.Select(token => token.Text));
        if (end.EndToken is GeneratedToken endToken)
        {
            tokens.Add(endToken);
        }

        int samples = generation.Temperature == 0 ? 1 : options.Samples;
        GrammarCursor[]? places = generation.Grammar is null ? null : [.. Places(tokens, generation.Grammar.CreateCursor(answered.Tokenizer))];
        Way[] ways = [.. Ways(tokens, places, options.MinProbability, samples)];
        string[] texts = ways.Length == 0 ? [] : answered.OnForks(
            ways.Length,
            (index, turns, fork, cancellation) => Follow(ways[index], promptEnd, answered, turns, fork, generation, cancellation),
            cancellationToken);
        string reached = outcome(text);
        return new ForkingPaths(text, reached, [.. Compare(tokens, ways, texts, reached, outcome)], end);
    }

    /// <summary>Every other token that is likely enough, as often as it is tried.</summary>
    private static IEnumerable<Way> Ways(List<GeneratedToken> tokens, GrammarCursor[]? places, double minProbability, int samples) =>
        from index in Enumerable.Range(0, tokens.Count)
        from alternative in tokens[index].Alternatives
        where alternative.Id != tokens[index].Id && Math.Exp(alternative.LogProbability) >= minProbability
        where places is null || places[index].Allows(alternative.Id)
        from sample in Enumerable.Range(0, samples)
        select new Way(index, alternative, sample);

    // Where each token of an answer stands in its grammar.
    private static IEnumerable<GrammarCursor> Places(List<GeneratedToken> tokens, GrammarCursor cursor)
    {
        foreach (GeneratedToken token in tokens)
        {
            yield return cursor.Fork();
            cursor.TryAppend(token.Id);
        }
    }

    private static string Follow(
        Way way,
        int promptEnd,
        Session session,
        SessionTurns turns,
        SessionText fork,
        GenerationOptions generation,
        CancellationToken cancellationToken)
    {
        fork.Truncate(promptEnd + way.Index);
        GenerationOptions seeded = generation with { Seed = unchecked(generation.Seed + (ulong)way.Sample) };
        TokenGeneration run = new(turns, fork, session.Tokenizer, [], seeded, isScored: false);
        run.Resume(promptEnd, way.Alternative.Id);
        List<string> texts = [];
        while (run.MoveNext(out GeneratedToken token, cancellationToken))
        {
            texts.Add(token.Text);
        }

        return string.Concat(texts);
    }

    private static IEnumerable<ForkingToken> Compare(
        List<GeneratedToken> tokens, Way[] ways, string[] texts, string reached, Func<string, string> outcome)
    {
        ILookup<int, (TokenAlternative Alternative, string Text, string Outcome)> byToken =
            ways.Zip(texts).ToLookup(pair => pair.First.Index, pair => (pair.First.Alternative, pair.Second, outcome(pair.Second)));
        return tokens.Select((token, index) => new ForkingToken(token, reached, [.. byToken[index]
            .GroupBy(way => way.Alternative)
            .Select(group => new TokenFork(
                group.Key, [.. group.Select(way => way.Text)], [.. group.Select(way => way.Outcome)], reached))]));
    }

    /// <param name="Index">Which token of the answer is another.</param>
    /// <param name="Alternative">The other one.</param>
    /// <param name="Sample">Which of the tries.</param>
    private readonly record struct Way(int Index, TokenAlternative Alternative, int Sample);
}
