using System;
using System.Collections.Generic;
using System.Text;

namespace ModelGen;

/// <summary>
/// How text is generated. The samplers work in this order, as llama.cpp's default chain does: top-k, top-p, min-p, temperature, draw.
/// </summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to generate, at least 1. Default 256.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>
    /// Divides the logits before the draw: below 1 the text is more predictable, above 1 less. 0 takes the most likely token each time
    /// (greedy; the lowest id on ties), whatever the other samplers say. Default 0.8; 1 leaves the logits as they are.
    /// </summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Keeps this many of the most likely tokens. Default 40; 0 turns it off.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Keeps the fewest most likely tokens whose probabilities sum to at least this, from 0 (only the most likely one) to 1. Default 0.95;
    /// 1 turns it off. (Nucleus sampling: Holtzman et al. 2019, "The Curious Case of Neural Text Degeneration".)
    /// </summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>
    /// Keeps tokens at least this many times as likely as the most likely one, from 0 to 1. Default 0.05; 0 turns it off. (Nguyen et al.
    /// 2024, "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs".)
    /// </summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>
    /// Seed of the draw: with the same seed, options and logits the same tokens are drawn. The random numbers are the same on every
    /// platform and .NET version; logits may differ in their last bits between instruction sets. Null, the default, takes a random seed.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Generation ends where one of these texts would appear; neither it nor anything behind it is returned. Default none.
    /// </summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>
    /// Gives the prompt's tokens in front of the generated ones (<see cref="GeneratedToken.IsPrompt"/>), and with them how likely the model
    /// held each of them to be. A conversation is evaluated anew from its start then. Default false.
    /// </summary>
    public bool Echo { get; init; }

    /// <summary>
    /// How many of the most likely tokens are given with each token (<see cref="GeneratedToken.Alternatives"/>), at least 0. Default 0; more
    /// than the vocabulary has gives all of it. Only <see cref="Session.GenerateTokens(string, GenerationOptions?)"/> and what gives tokens as
    /// it does look at it.
    /// </summary>
    public int Alternatives { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside of its range.</exception>
    /// <exception cref="ArgumentException">A stop sequence is null, empty or not well-formed UTF-16.</exception>
    internal void Validate()
    {
        Require(MaxTokens >= 1, MaxTokens, "MaxTokens is at least 1.");
        Require(float.IsFinite(Temperature) && Temperature >= 0, Temperature, "Temperature is a finite number of at least 0; 0 is greedy.");
        Require(TopK >= 0, TopK, "TopK is at least 0; 0 turns it off.");
        Require(TopP is >= 0 and <= 1, TopP, "TopP is from 0 to 1; 1 turns it off.");
        Require(MinP is >= 0 and <= 1, MinP, "MinP is from 0 to 1; 0 turns it off.");
        Require(Alternatives >= 0, Alternatives, "Alternatives is at least 0; 0 gives none.");
        if (StopSequences is null)
        {
            throw new ArgumentException("StopSequences is null; leave it empty for none.", OptionsParameter);
        }

        foreach (string? sequence in StopSequences)
        {
            if (string.IsNullOrEmpty(sequence))
            {
                throw new ArgumentException(
                    "StopSequences has a null or empty text; generation could only end before it starts.", OptionsParameter);
            }

            if (!IsWellFormed(sequence))
            {
                throw new ArgumentException(
                    "StopSequences has a text with half of a surrogate pair, which generated text never has.", OptionsParameter);
            }
        }
    }

    // The parameter of Session's methods that takes these options.
    private const string OptionsParameter = "options";

    private static void Require(bool condition, object value, string message)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(OptionsParameter, value, message);
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
