using System.Collections.Generic;
using System.Threading;
using ModelGen.Server.Contracts;

namespace ModelGen.Server.Answers;

/// <summary>One way in which a text goes on, while it comes. For one thread at a time.</summary>
/// <param name="model">The model.</param>
/// <param name="prompt">The text.</param>
/// <param name="options">How it goes on.</param>
/// <param name="index">Which of the request's answers this is.</param>
/// <param name="number">Which of the answers to its prompt; each draws with a seed of its own, the first with that of the request.</param>
internal sealed class TextAnswer(ServedDecoder model, int[] prompt, GenerationOptions options, int index, int number)
{
    private readonly TokenLogprobs _tokens = new(model.Model.Tokenizer);
    private GeneratedTokenStream? _stream;
    private int _characters;

    /// <summary>Which of the request's answers it is.</summary>
    public int Index => index;

    /// <summary>Which of the answers to its prompt it is.</summary>
    public int Number => number;

    /// <summary>How it ended; null before.</summary>
    public GenerationEnd? End => _stream?.End;

    /// <summary>Why it ended, as OpenAI's interface says it.</summary>
    public string FinishReason => ChatAnswer.FinishReasonOf(End!, hasCalls: false);

    /// <summary>Its tokens.</summary>
    public IAsyncEnumerable<GeneratedToken> ReadAsync(CancellationToken cancellationToken)
    {
        GenerationOptions own = options.Seed is ulong seed ? options with { Seed = unchecked(seed + (ulong)number) } : options;
        return _stream = model.Engine.GenerateTokensAsync(prompt, own, cancellationToken: cancellationToken);
    }

    /// <summary>A place to say how likely tokens were; null where nobody asks.</summary>
    public CompletionLogprobs? CreateLogprobs() => options.LogProbabilities ? new CompletionLogprobs() : null;

    /// <summary>Says how likely a token was.</summary>
    public void AddTo(CompletionLogprobs? logprobs, GeneratedToken token)
    {
        if (logprobs is not null)
        {
            logprobs.Tokens.Add(_tokens.TextOf(token.Id));
            logprobs.TokenLogprobs.Add(token.LogProbability);
            logprobs.TopLogprobs.Add(token.LogProbability is null ? null : Alternatives(token));
            logprobs.TextOffset.Add(_characters);
        }

        _characters += token.Text.Length;
    }

    // Tokens of one text, such as two bytes that are no character by themselves, count as the likelier one.
    private Dictionary<string, double> Alternatives(GeneratedToken token)
    {
        Dictionary<string, double> alternatives = [];
        foreach (TokenAlternative alternative in token.Alternatives)
        {
            alternatives.TryAdd(_tokens.TextOf(alternative.Id), alternative.LogProbability);
        }

        return alternatives;
    }
}
