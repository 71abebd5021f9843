using System;
using System.Text;

namespace ModelGen.Grammars.Gbnf;

/// <summary>A place in a text of GBNF, read character by character.</summary>
/// <param name="text">The text.</param>
internal sealed class GbnfCursor(string text)
{
    /// <summary>Index of the character at hand.</summary>
    public int Position { get; private set; }

    public bool IsAtEnd => Position == text.Length;

    /// <summary>The UTF-16 unit at hand; '\0' at the end, which no construct of GBNF starts with.</summary>
    public char Current => Position < text.Length ? text[Position] : '\0';

    /// <summary>The UTF-16 unit behind the one at hand; '\0' behind the end.</summary>
    public char Following => Position + 1 < text.Length ? text[Position + 1] : '\0';

    public void Move(int count = 1) => Position += count;

    /// <summary>Takes a text, if it stands here.</summary>
    public bool TryTake(string expected)
    {
        if (!text.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal))
        {
            return false;
        }

        Position += expected.Length;
        return true;
    }

    /// <summary>Goes behind spaces, tabs and comments, and behind the ends of lines if these mean nothing here.</summary>
    public void SkipSpace(bool overLines)
    {
        while (!IsAtEnd)
        {
            if (Current == '#')
            {
                while (!IsAtEnd && Current is not ('\n' or '\r'))
                {
                    Position++;
                }
            }
            else if (Current is ' ' or '\t' || (overLines && Current is '\n' or '\r'))
            {
                Position++;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Takes the characters that fit.</summary>
    public ReadOnlySpan<char> TakeWhile(Func<char, bool> fits)
    {
        int start = Position;
        while (!IsAtEnd && fits(Current))
        {
            Position++;
        }

        return text.AsSpan(start, Position - start);
    }

    /// <summary>Takes a character as a literal or a class writes it: itself or an escape.</summary>
    /// <returns>Its code point.</returns>
    /// <exception cref="GrammarException">There is none.</exception>
    public int TakeCharacter()
    {
        int start = Position;
        if (Current != '\\')
        {
            if (!Rune.TryGetRuneAt(text, Position, out Rune rune))
            {
                throw Error("Here is half of a surrogate pair; write the whole character.");
            }

            Position += rune.Utf16SequenceLength;
            return rune.Value;
        }

        char escape = Following;
        Position = Math.Min(Position + 2, text.Length);
        return escape switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '"' or '[' or ']' or '-' => escape,
            'x' => TakeHexadecimal(2, start),
            'u' => TakeHexadecimal(4, start),
            'U' => TakeHexadecimal(8, start),
            _ => throw ErrorAt(start, $@"'\{escape}' is no escape; there are \n \r \t \\ \"" \[ \] \- \xHH \uHHHH and \UHHHHHHHH."),
        };
    }

    /// <summary>An error at the character at hand.</summary>
    public GrammarException Error(string message) => ErrorAt(Position, message);

    /// <summary>An error at a place.</summary>
    public GrammarException ErrorAt(int position, string message)
    {
        int line = 1;
        int lineStart = 0;
        for (int index = 0; index < position; index++)
        {
            if (text[index] == '\n' || (text[index] == '\r' && !(index + 1 < text.Length && text[index + 1] == '\n')))
            {
                line++;
                lineStart = index + 1;
            }
        }

        int column = 1;
        foreach (Rune _ in text.AsSpan(lineStart, position - lineStart).EnumerateRunes())
        {
            column++;
        }

        return new GrammarException(message, line, column);
    }

    private int TakeHexadecimal(int digits, int start)
    {
        uint value = 0;
        for (int digit = 0; digit < digits; digit++)
        {
            if (!char.IsAsciiHexDigit(Current))
            {
                throw ErrorAt(start, $"This escape needs {digits} hexadecimal digits.");
            }

            value = (value << 4) | (uint)Convert.ToInt32(Current.ToString(), 16);
            Position++;
        }

        return Rune.IsValid(value)
            ? (int)value
            : throw ErrorAt(start, $"U+{value:X4} is not a character; write one of U+0000 to U+D7FF or U+E000 to U+10FFFF.");
    }
}
