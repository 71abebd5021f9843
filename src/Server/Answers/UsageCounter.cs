using ModelGen.Server.Contracts;

namespace ModelGen.Server.Answers;

/// <summary>Adds up the tokens of a request.</summary>
internal sealed class UsageCounter
{
    private int _prompt;
    private int _cached;
    private int _completion;
    private int _reasoning;

    /// <summary>Counts an answer.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="isFirst">Whether it is the first answer to its prompt: the prompt counts once.</param>
    /// <param name="reasoning">Tokens that the model thought with.</param>
    public void Add(GenerationEnd end, bool isFirst, int reasoning = 0)
    {
        _prompt += isFirst ? end.PromptTokens : 0;
        _cached += isFirst ? end.CachedTokens : 0;
        _completion += end.GeneratedTokens;
        _reasoning += reasoning;
    }

    /// <summary>The sums.</summary>
    public Usage ToUsage() => new()
    {
        PromptTokens = _prompt,
        CompletionTokens = _completion,
        TotalTokens = _prompt + _completion,
        PromptTokensDetails = new PromptTokensDetails { CachedTokens = _cached },
        CompletionTokensDetails = new CompletionTokensDetails { ReasoningTokens = _reasoning },
    };
}
