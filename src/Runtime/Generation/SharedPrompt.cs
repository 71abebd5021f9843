using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using ModelGen.Sessions;

namespace ModelGen.Generation;

/// <summary>Several answers to one prompt, which is evaluated once.</summary>
internal static class SharedPrompt
{
    /// <summary>
    /// Puts a prompt into a text and answers it on forks. Afterwards the text ends with the prompt; where there is an exception it is as it
    /// was. Called within a turn.
    /// </summary>
    /// <param name="text">The session's text.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="placement">The prompt, which fits.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="count">How many answers, at least 1.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    public static IReadOnlyList<GeneratedAnswer> Answer(
        SessionText text,
        Tokenizer tokenizer,
        PromptPlacement placement,
        GenerationOptions options,
        int count,
        CancellationToken cancellationToken)
    {
        ulong firstSeed = options.Seed ?? NewSeed();
        int[] source = text.Source.ToArray();
        int[] replaced = text.Tokens[placement.Position..].ToArray();
        try
        {
            Read(text, placement, cancellationToken);
            return Forks.Run(
                text,
                count,
                (index, turns, fork, cancellation) =>
                {
                    ulong seed = unchecked(firstSeed + (ulong)index);
                    TokenGeneration generation = new(turns, fork, tokenizer, [], options with { Seed = seed }, isScored: true);
                    return Answer(generation, seed, cancellation);
                },
                cancellationToken);
        }
        catch
        {
            text.PutBack(placement.Source is null ? null : source, placement.Position, replaced);
            throw;
        }
    }

    /// <summary>A seed for whoever has not named one.</summary>
    public static ulong NewSeed() => MemoryMarshal.Read<ulong>(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    // All but the prompt's last token: each fork evaluates that one itself and has its logits.
    private static void Read(SessionText text, PromptPlacement placement, CancellationToken cancellationToken)
    {
        if (placement.Source is int[] source)
        {
            text.Answer(source);
            text.ReadSource(cancellationToken);
        }

        if (placement.Position < text.Position)
        {
            text.Truncate(placement.Position);
        }

        if (placement.Ids is [.. { Length: > 0 } front, _])
        {
            text.Append(front, "prompt", cancellationToken);
        }

        if (placement.Ids is [.., int last])
        {
            text.AppendUnevaluated(last);
        }
    }

    private static GeneratedAnswer Answer(TokenGeneration generation, ulong seed, CancellationToken cancellationToken)
    {
        List<GeneratedToken> tokens = [];
        while (generation.MoveNext(out GeneratedToken token, cancellationToken))
        {
            tokens.Add(token);
        }

        return new GeneratedAnswer(tokens, generation.End!, seed);
    }
}
