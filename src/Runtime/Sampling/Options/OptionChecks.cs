using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;

namespace ModelGen.Sampling;

/// <summary>What the checks of <see cref="GenerationOptions"/> have in common.</summary>
internal static class OptionChecks
{
    // The parameter of Session's methods that takes these options.
    private const string Parameter = "options";

    /// <summary>Refuses a number that is outside of its range.</summary>
    /// <param name="condition">Whether it is inside.</param>
    /// <param name="value">The number.</param>
    /// <param name="message">A sentence that begins with the property's name and says the range.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static void Require(bool condition, object? value, string message)
    {
        if (!condition)
        {
            throw new ArgumentOutOfRangeException(Parameter, value, message);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">A number of last tokens is neither null nor at least 1.</exception>
    public static void RequireLastTokens(int? value, string property) =>
        Require(value is null or >= 1, value, $"{property} is at least 1, or null for the whole text.");

    /// <exception cref="ArgumentException">A list is null.</exception>
    public static void RequireList(object? list, string property)
    {
        if (list is null)
        {
            throw new ArgumentException($"{property} is null; leave it empty for none.", Parameter);
        }
    }

    /// <summary>Refuses texts that generated text can never have.</summary>
    /// <param name="texts">The list.</param>
    /// <param name="property">What it is called.</param>
    /// <param name="ofEmpty">What an empty text would do.</param>
    /// <exception cref="ArgumentException">The list is null, or a text is null, empty or not well-formed UTF-16.</exception>
    public static void RequireTexts(IReadOnlyList<string> texts, string property, string ofEmpty)
    {
        RequireList(texts, property);
        foreach (string? text in texts)
        {
            if (string.IsNullOrEmpty(text))
            {
                throw new ArgumentException($"{property} has a null or empty text; {ofEmpty}.", Parameter);
            }

            if (!IsWellFormed(text))
            {
                throw new ArgumentException(
                    $"{property} has a text with half of a surrogate pair, which generated text never has.", Parameter);
            }
        }
    }

    /// <exception cref="ArgumentException">Always, with this message.</exception>
    public static ArgumentException Error(string message) => new(message, Parameter);

    private static bool IsWellFormed(string text)
    {
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out int length) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }
}
