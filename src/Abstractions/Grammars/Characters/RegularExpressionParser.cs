using System;
using System.Collections.Generic;
using System.Globalization;

namespace ModelGen.Grammars.Characters;

/// <summary>
/// Reads a regular expression of ECMA 262, as the keyword <c>pattern</c> of JSON Schema has them: of the Unicode kind, with characters escaped
/// that need not be, as many write them. What no automaton can do, a reference back or a look around, is refused.
/// </summary>
internal sealed class RegularExpressionParser
{
    private const int DeepestNesting = 200;

    private readonly string _pattern;
    private int _place;
    private int _depth;

    private RegularExpressionParser(string pattern) => _pattern = pattern;

    private bool AtEnd => _place >= _pattern.Length;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="GrammarException">It is not well-formed, or asks for what is refused.</exception>
    public static RegularExpression Parse(string pattern)
    {
        RegularExpressionParser parser = new(pattern);
        RegularExpression result = parser.ReadAlternation();
        return parser.AtEnd ? result : throw parser.Error("its ')' closes no group", parser._place);
    }

    private RegularExpression ReadAlternation()
    {
        if (++_depth > DeepestNesting)
        {
            throw Error($"its groups lie in each other more than {DeepestNesting} deep", _place);
        }

        List<RegularExpression> items = [ReadConcatenation()];
        while (TryTake('|'))
        {
            items.Add(ReadConcatenation());
        }

        _depth--;
        return items.Count == 1 ? items[0] : new AlternationExpression(items);
    }

    private RegularExpression ReadConcatenation()
    {
        List<RegularExpression> items = [];
        while (!AtEnd && _pattern[_place] is not ('|' or ')'))
        {
            items.Add(ReadTerm());
        }

        return items.Count == 1 ? items[0] : new ConcatenationExpression(items);
    }

    private RegularExpression ReadTerm()
    {
        int start = _place;
        RegularExpression item = ReadAtom();
        if (AtEnd || !TryReadQuantifier(out int minimum, out int? maximum))
        {
            return item;
        }

        if (item is AssertionExpression)
        {
            throw Error("what asks for a place cannot be repeated", start);
        }

        // A lazy quantifier matches the same texts.
        TryTake('?');
        return new QuantifiedExpression(item, minimum, maximum);
    }

    private bool TryReadQuantifier(out int minimum, out int? maximum)
    {
        minimum = 0;
        maximum = null;
        int start = _place;
        switch (_pattern[_place])
        {
            case '*':
                _place++;
                return true;
            case '+':
                _place++;
                minimum = 1;
                return true;
            case '?':
                _place++;
                maximum = 1;
                return true;
            case '{':
                _place++;
                if (TryReadCount(out minimum))
                {
                    maximum = minimum;
                    if (TryTake(','))
                    {
                        maximum = TryReadCount(out int most) ? most : null;
                    }

                    if (TryTake('}'))
                    {
                        return maximum is null || maximum >= minimum
                            ? true
                            : throw Error("a quantifier's most is less than its fewest", start);
                    }
                }

                // A brace that begins no quantifier stands for itself.
                _place = start;
                return false;
            default:
                return false;
        }
    }

    private bool TryReadCount(out int count)
    {
        int start = _place;
        while (!AtEnd && _pattern[_place] is >= '0' and <= '9')
        {
            _place++;
        }

        count = 0;
        return _place > start
            && (int.TryParse(_pattern.Substring(start, _place - start), NumberStyles.None, CultureInfo.InvariantCulture, out count)
                ? true
                : throw Error("a quantifier's number is too large", start));
    }

    private RegularExpression ReadAtom()
    {
        int start = _place;
        char first = _pattern[_place++];
        switch (first)
        {
            case '^':
                return new AssertionExpression(AssertionKind.Start);
            case '$':
                return new AssertionExpression(AssertionKind.End);
            case '.':
                return new CharacterSetExpression(CharacterCategories.NoLineEnds);
            case '(':
                ReadGroupKind(start);
                RegularExpression inner = ReadAlternation();
                return TryTake(')') ? inner : throw Error("a group is not closed", start);
            case '[':
                return new CharacterSetExpression(ReadSet(start));
            case '*' or '+' or '?':
                throw Error($"there is nothing before '{first}' that it could repeat", start);
            case '\\':
                if (TryTake('b'))
                {
                    return new AssertionExpression(AssertionKind.WordBoundary);
                }

                if (TryTake('B'))
                {
                    return new AssertionExpression(AssertionKind.NoWordBoundary);
                }

                return new CharacterSetExpression(ReadEscape(start, out _));
            default:
                _place = start;
                int character = ReadCharacter();
                return new CharacterSetExpression([new(character, character)]);
        }
    }

    private void ReadGroupKind(int start)
    {
        if (!TryTake('?'))
        {
            return;
        }

        string rest = _pattern.Substring(_place);
        if (TryTake(':'))
        {
            return;
        }

        if (rest.StartsWith("=", StringComparison.Ordinal) || rest.StartsWith("!", StringComparison.Ordinal))
        {
            throw Error($"it looks ahead with '(?{rest[0]}', which no grammar here can", start);
        }

        if (rest.StartsWith("<=", StringComparison.Ordinal) || rest.StartsWith("<!", StringComparison.Ordinal))
        {
            throw Error($"it looks back with '(?{rest.Substring(0, 2)}', which no grammar here can", start);
        }

        int end = rest.IndexOf('>');
        if (!rest.StartsWith("<", StringComparison.Ordinal) || end < 0)
        {
            throw Error("ECMA 262 has no such kind of group", start);
        }

        _place += end + 1;
    }

    private IReadOnlyList<CharacterRange> ReadSet(int start)
    {
        bool isNegated = TryTake('^');
        List<CharacterRange> ranges = [];
        while (!TryTake(']'))
        {
            int from = _place;
            IReadOnlyList<CharacterRange> first = ReadSetItem(start, out bool isOne);
            if (!AtEnd && _pattern[_place] == '-' && _place + 1 < _pattern.Length && _pattern[_place + 1] != ']')
            {
                _place++;
                IReadOnlyList<CharacterRange> last = ReadSetItem(start, out bool isLastOne);
                if (!isOne || !isLastOne)
                {
                    throw Error("a range in brackets goes from one character to another", from);
                }

                if (last[0].First < first[0].First)
                {
                    throw Error("a range in brackets ends before it begins", from);
                }

                ranges.Add(new CharacterRange(first[0].First, last[0].First));
            }
            else
            {
                ranges.AddRange(first);
            }
        }

        IReadOnlyList<CharacterRange> set = CharacterRanges.Normalize(ranges);
        return isNegated ? CharacterRanges.Complement(set) : set;
    }

    private IReadOnlyList<CharacterRange> ReadSetItem(int start, out bool isOne)
    {
        if (AtEnd)
        {
            throw Error("a bracket is not closed", start);
        }

        int from = _place;
        if (TryTake('\\'))
        {
            if (TryTake('b'))
            {
                isOne = true;
                return [new('\b', '\b')];
            }

            return ReadEscape(from, out isOne);
        }

        isOne = true;
        int character = ReadCharacter();
        return [new(character, character)];
    }

    // What stands behind a backslash.
    private IReadOnlyList<CharacterRange> ReadEscape(int start, out bool isOne)
    {
        if (AtEnd)
        {
            throw Error("nothing stands behind its last '\\'", start);
        }

        isOne = false;
        char kind = _pattern[_place];
        switch (kind)
        {
            case 'd':
                _place++;
                return CharacterCategories.Digits;
            case 'D':
                _place++;
                return CharacterRanges.Complement(CharacterCategories.Digits);
            case 'w':
                _place++;
                return CharacterCategories.WordCharacters;
            case 'W':
                _place++;
                return CharacterRanges.Complement(CharacterCategories.WordCharacters);
            case 's':
                _place++;
                return CharacterCategories.WhiteSpace;
            case 'S':
                _place++;
                return CharacterRanges.Complement(CharacterCategories.WhiteSpace);
            case 'p' or 'P':
                _place++;
                IReadOnlyList<CharacterRange> category = ReadCategory(start);
                return kind == 'p' ? category : CharacterRanges.Complement(category);
            default:
                isOne = true;
                int character = ReadEscapedCharacter(start);
                return [new(character, character)];
        }
    }

    private IReadOnlyList<CharacterRange> ReadCategory(int start)
    {
        int end = _pattern.IndexOf('}', _place);
        if (!TryTake('{') || end < 0)
        {
            throw Error("behind '\\p' stands a name in braces, as in '\\p{Letter}'", start);
        }

        string name = _pattern.Substring(_place, end - _place);
        _place = end + 1;
        return CharacterCategories.Find(name) ?? throw Error(
            $"'\\p{{{name}}}' is not a general category of Unicode, such as '\\p{{Letter}}' or '\\p{{Lu}}', which alone are known here",
            start);
    }

    private int ReadEscapedCharacter(int start)
    {
        char kind = _pattern[_place];
        switch (kind)
        {
            case 't':
                _place++;
                return '\t';
            case 'n':
                _place++;
                return '\n';
            case 'v':
                _place++;
                return '\v';
            case 'f':
                _place++;
                return '\f';
            case 'r':
                _place++;
                return '\r';
            case 'c' when _place + 1 < _pattern.Length && char.ToUpperInvariant(_pattern[_place + 1]) is >= 'A' and <= 'Z':
                _place += 2;
                return _pattern[_place - 1] & 31;
            case '0' when _place + 1 == _pattern.Length || _pattern[_place + 1] is < '0' or > '9':
                _place++;
                return 0;
            case 'x':
                _place++;
                return ReadHexadecimal(2, start);
            case 'u':
                _place++;
                return ReadUnicodeEscape(start);
            case >= '0' and <= '9' or 'k':
                throw Error($"'\\{kind}' refers back to a group, which no grammar here can", start);
            case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                throw Error($"ECMA 262 has no '\\{kind}'", start);
            default:
                return ReadCharacter();
        }
    }

    private int ReadUnicodeEscape(int start)
    {
        if (TryTake('{'))
        {
            int end = _pattern.IndexOf('}', _place);
            if (end < 0
                || !int.TryParse(
                    _pattern.Substring(_place, end - _place), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int character)
                || character is < 0 or > CharacterRange.LastCharacter)
            {
                throw Error("behind '\\u{' stands a character's number in hexadecimal digits, up to 10FFFF, and '}'", start);
            }

            _place = end + 1;
            return character;
        }

        int high = ReadHexadecimal(4, start);
        if (high is < 0xD800 or > 0xDBFF || string.CompareOrdinal(_pattern, _place, "\\u", 0, 2) != 0)
        {
            return high;
        }

        int behind = _place;
        _place += 2;
        int low = TryTake('{') ? 0 : ReadHexadecimal(4, start);
        if (low is < 0xDC00 or > 0xDFFF)
        {
            _place = behind;
            return high;
        }

        return char.ConvertToUtf32((char)high, (char)low);
    }

    private int ReadHexadecimal(int digits, int start)
    {
        if (_place + digits > _pattern.Length
            || !int.TryParse(
                _pattern.Substring(_place, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            throw Error($"behind its '\\{_pattern[_place - 1]}' stand {digits} hexadecimal digits", start);
        }

        _place += digits;
        return value;
    }

    private int ReadCharacter()
    {
        char first = _pattern[_place++];
        return char.IsHighSurrogate(first) && !AtEnd && char.IsLowSurrogate(_pattern[_place])
            ? char.ConvertToUtf32(first, _pattern[_place++])
            : first;
    }

    private bool TryTake(char character)
    {
        if (AtEnd || _pattern[_place] != character)
        {
            return false;
        }

        _place++;
        return true;
    }

    private GrammarException Error(string what, int place) =>
        new($"The pattern '{_pattern}' cannot be used: {what} (character {place + 1}).");
}
