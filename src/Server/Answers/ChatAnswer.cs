using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading;

namespace ModelGen.Server.Answers;

/// <summary>A part of an answer, with the tokens that it was made of.</summary>
/// <param name="Part">The part.</param>
/// <param name="Tokens">Tokens of a piece of text, where it is asked how likely they were.</param>
internal readonly record struct AnswerPiece(ChatAnswerPart Part, IReadOnlyList<GeneratedToken>? Tokens);

/// <summary>One answer to a conversation, while it comes. For one thread at a time.</summary>
/// <param name="engine">What answers.</param>
/// <param name="chat">The conversation.</param>
/// <param name="number">Which of the answers to it this is; each draws with a seed of its own, the first with that of the request.</param>
internal sealed class ChatAnswer(Engine engine, PreparedChat chat, int number)
{
    // As long as Mistral's templates ask for; others take any.
    private const int IdLength = 9;
    private const string IdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly ChatAnswerReader _reader = chat.Prompt.CreateReader(chat.Answer);
    private readonly List<GeneratedToken>? _pending = chat.Generation.LogProbabilities ? [] : null;

    /// <summary>Which of the answers it is.</summary>
    public int Number => number;

    /// <summary>How it ended; null before.</summary>
    public GenerationEnd? End { get; private set; }

    /// <summary>Tokens that the model thought with.</summary>
    public int ReasoningTokens { get; private set; }

    /// <summary>Calls that there were.</summary>
    public int Calls { get; private set; }

    /// <summary>Why it ended, as OpenAI's interface says it.</summary>
    public string FinishReason => FinishReasonOf(End!, Calls > 0);

    /// <summary>Why a text ended, likewise.</summary>
    public static string FinishReasonOf(GenerationEnd end, bool hasCalls) =>
        end.Reason is GenerationEndReason.TokenLimit or GenerationEndReason.ContextFull ? "length"
        : hasCalls ? "tool_calls"
        : "stop";

    /// <summary>The id of a call that the model gave none.</summary>
    public static string IdOf(ChatToolCall call) => call.Id ?? RandomNumberGenerator.GetString(IdCharacters, IdLength);

    /// <summary>The parts, one after the other.</summary>
    public async IAsyncEnumerable<AnswerPiece> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        GenerationOptions options = chat.Generation.Seed is ulong seed
            ? chat.Generation with { Seed = unchecked(seed + (ulong)number) }
            : chat.Generation;
        GeneratedTokenStream tokens = engine.ChatTokensAsync(chat.Prompt, options, cancellationToken: cancellationToken);
        await foreach (GeneratedToken token in tokens)
        {
            bool isReasoning = _reader.IsReasoning;
            _reader.Append(token);
            _pending?.Add(token);
            ReasoningTokens += isReasoning || _reader.IsReasoning ? 1 : 0;
            while (_reader.TryTake(out ChatAnswerPart part))
            {
                yield return Take(part);
            }
        }

        _reader.Complete();
        while (_reader.TryTake(out ChatAnswerPart part))
        {
            yield return Take(part);
        }

        End = tokens.End;
    }

    // Tokens of reasoning and of calls are not said: there is no place for them.
    private AnswerPiece Take(ChatAnswerPart part)
    {
        Calls += part.Kind == ChatAnswerPartKind.ToolCall ? 1 : 0;
        IReadOnlyList<GeneratedToken>? tokens = part.Kind == ChatAnswerPartKind.Text && _pending is { Count: > 0 } ? [.. _pending] : null;
        _pending?.Clear();
        return new AnswerPiece(part, tokens);
    }
}
