using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Gguf;

namespace ModelGen.Generator.Forests.Reading;

/// <summary>
/// Reads JSON from its beginning to its end, with the shape that its caller expects. netstandard2.0 has no reader that could do it, and one
/// that the generator brought along would have to get on with what each compiler and editor has loaded already.
/// </summary>
internal sealed class JsonCursor(string text)
{
    // Behind what JSON calls a number, for what is found in its place: NaN, Infinity, null.
    private const int MaxWord = 20;

    // Up to here a number's digits are a whole number that a double has exactly, and so are these powers of ten: one division rounds once.
    private const int MaxExactDigits = 15;

    private int _position;

    /// <summary>Reads an object that has each of some members once, in any order.</summary>
    /// <param name="names">The members.</param>
    /// <param name="read">Reads a member's value.</param>
    public void ReadObject(string[] names, Action<string> read)
    {
        HashSet<string> missing = new(names, StringComparer.Ordinal);
        Expect('{');
        if (!TryTake('}'))
        {
            do
            {
                string name = ReadName();
                if (!missing.Remove(name))
                {
                    throw Error(names.Contains(name)
                        ? $"'{name}' is there twice; leave one of them away"
                        : $"{GgufText.Shown(name)} is not known; there are {string.Join(", ", names)}");
                }

                Expect(':');
                read(name);
            }
            while (TryTake(','));
            Expect('}');
        }

        if (missing.Count > 0)
        {
            throw Error($"'{names.First(missing.Contains)}' is missing from what ends here; it has {string.Join(", ", names)}");
        }
    }

    /// <summary>Reads an array.</summary>
    /// <param name="most">The most elements.</param>
    /// <param name="read">Reads an element.</param>
    public T[] ReadArray<T>(int most, Func<T> read)
    {
        List<T> elements = [];
        Expect('[');
        if (!TryTake(']'))
        {
            do
            {
                if (elements.Count == most)
                {
                    throw Error($"there are more than {most.ToString("N0", CultureInfo.InvariantCulture)} elements, which is the most");
                }

                elements.Add(read());
            }
            while (TryTake(','));
            Expect(']');
        }

        return [.. elements];
    }

    /// <summary>Reads a whole number.</summary>
    public int ReadInteger(int least, int most)
    {
        int start = StartOfValue();
        string number = TakeNumber();
        if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) || value < least || value > most)
        {
            _position = start;
            throw Error(FormattableString.Invariant($"{GgufText.Shown(number)} is no whole number from {least} to {most}"));
        }

        return value;
    }

    /// <summary>Reads a number; the nearest double to what is written, on whatever machine.</summary>
    public double ReadNumber()
    {
        int start = StartOfValue();
        string number = TakeNumber();
        if (ToDouble(number) is not double value)
        {
            _position = start;
            throw Error($"{GgufText.Shown(number)} is more than a number can be");
        }

        return value;
    }

    /// <summary>Finds nothing more.</summary>
    public void ReadEnd()
    {
        SkipWhiteSpace();
        if (_position < text.Length)
        {
            throw Error($"expected the end of the file, and found {Found()}");
        }
    }

    /// <summary>An error where the cursor stands.</summary>
    public ModelGenException Error(string message)
    {
        int line = 1;
        int start = 0;
        int end = Math.Min(_position, text.Length);
        for (int i = 0; i < end; i++)
        {
            if (text[i] == '\n')
            {
                line++;
                start = i + 1;
            }
        }

        return new ModelGenException(FormattableString.Invariant($"line {line}, column {end - start + 1}: {message}"));
    }

    private static double? ToDouble(string number)
    {
        string digits = number.TrimStart('-');
        double sign = digits.Length < number.Length ? -1 : 1;
        int point = digits.IndexOf('.');
        if (digits.Length <= MaxExactDigits && digits.All(character => character is '.' or (>= '0' and <= '9')))
        {
            double whole = long.Parse(digits.Replace(".", ""), CultureInfo.InvariantCulture);
            return sign * (whole / Math.Pow(10, point < 0 ? 0 : digits.Length - point - 1));
        }

        // The compiler rounds as the standard says, which the .NET Framework's own double.Parse does not.
        SyntaxToken literal = SyntaxFactory.ParseToken(digits + "d");
        return literal is { ContainsDiagnostics: false, Value: double value } ? sign * value : null;
    }

    private int StartOfValue()
    {
        SkipWhiteSpace();
        return _position;
    }

    private string TakeNumber()
    {
        int start = _position;
        int end = start < text.Length && text[start] == '-' ? start + 1 : start;
        int whole = end;
        end = SkipDigits(end);
        bool isNumber = end > whole && (text[whole] != '0' || end == whole + 1);
        if (isNumber && end < text.Length && text[end] == '.')
        {
            int fraction = end + 1;
            end = SkipDigits(fraction);
            isNumber = end > fraction;
        }

        if (isNumber && end < text.Length && text[end] is 'e' or 'E')
        {
            int exponent = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            end = SkipDigits(exponent);
            isNumber = end > exponent;
        }

        if (!isNumber)
        {
            throw Error($"expected a number, and found {Found()}");
        }

        _position = end;
        return text.Substring(start, end - start);
    }

    private int SkipDigits(int position)
    {
        while (position < text.Length && text[position] is >= '0' and <= '9')
        {
            position++;
        }

        return position;
    }

    private string ReadName()
    {
        Expect('"');
        int end = text.IndexOf('"', _position);
        if (end < 0)
        {
            throw Error("a name does not end");
        }

        string name = text.Substring(_position, end - _position);
        _position = end + 1;
        return name;
    }

    private void Expect(char character)
    {
        if (!TryTake(character))
        {
            throw Error($"expected '{character}', and found {Found()}");
        }
    }

    private bool TryTake(char character)
    {
        SkipWhiteSpace();
        if (_position == text.Length || text[_position] != character)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void SkipWhiteSpace()
    {
        while (_position < text.Length && text[_position] is ' ' or '\t' or '\r' or '\n')
        {
            _position++;
        }
    }

    private string Found()
    {
        if (_position >= text.Length)
        {
            return "the end of the file";
        }

        string word = new([.. text
            .Substring(_position, Math.Min(MaxWord, text.Length - _position))
            .TakeWhile(character => char.IsLetterOrDigit(character) || character is '-' or '.' or '+')]);
        return GgufText.Shown(word.Length > 0 ? word : text[_position].ToString());
    }
}
