using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelGen.Grammars.Gbnf;

/// <summary>
/// Reads GBNF, llama.cpp's notation of grammars: rules of literals, classes of characters, tokens of a vocabulary, groups, alternatives and
/// repetitions.
/// </summary>
/// <remarks>
/// What llama.cpp reads means the same here, but for what it takes silently for something else: a rule that stands twice, a range from a higher to a
/// lower character and a repetition of more than it counts are errors here, or exact.
/// </remarks>
internal sealed class GbnfReader
{
    // Groups in groups: as many as a call stack of any thread takes.
    private const int DeepestGroup = 200;

    private readonly GbnfCursor _cursor;
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<GrammarExpression?> _expressions = [];

    // Where each rule is named first.
    private readonly List<int> _places = [];
    private int _depth;

    private GbnfReader(string text) => _cursor = new GbnfCursor(text);

    /// <summary>Reads a grammar.</summary>
    /// <param name="text">GBNF.</param>
    /// <param name="root">Name of the rule that whole answers are texts of.</param>
    /// <exception cref="GrammarException">It is not GBNF, or a rule is missing.</exception>
    public static GrammarDefinition Read(string text, string root = "root") => new GbnfReader(text).Read(root);

    private GrammarDefinition Read(string root)
    {
        _cursor.SkipSpace(overLines: true);
        while (!_cursor.IsAtEnd)
        {
            ReadRule();
            _cursor.SkipSpace(overLines: true);
        }

        List<GrammarRule> rules = [];
        for (int index = 0; index < _names.Count; index++)
        {
            rules.Add(new GrammarRule(
                _names[index],
                _expressions[index] ?? throw _cursor.ErrorAt(_places[index], $"There is no rule '{_names[index]}'; write one, or mend the name.")));
        }

        return _indices.TryGetValue(root, out int rootIndex)
            ? new GrammarDefinition(rules, rootIndex)
            : throw new GrammarException($"The grammar has no rule '{root}', which whole answers are texts of; add one.");
    }

    private void ReadRule()
    {
        int start = _cursor.Position;
        string name = ReadName("A rule starts with its name: letters, digits, '-' and '_'.");
        int index = IndexOf(name, start);
        if (_expressions[index] is not null)
        {
            throw _cursor.ErrorAt(start, $"The rule '{name}' is here for the second time; write its alternatives in one rule, with '|' between them.");
        }

        _cursor.SkipSpace(overLines: false);
        if (!_cursor.TryTake("::="))
        {
            throw _cursor.Error($"Behind the name of a rule ('{name}') stands '::='.");
        }

        _cursor.SkipSpace(overLines: true);
        _expressions[index] = ReadChoice(inGroup: false);
        if (!_cursor.IsAtEnd && _cursor.Current is not ('\r' or '\n'))
        {
            throw _cursor.Error($"'{_cursor.Current}' starts nothing that may stand in a rule.");
        }
    }

    private GrammarExpression ReadChoice(bool inGroup)
    {
        List<GrammarExpression> items = [ReadSequence(inGroup)];
        while (_cursor.TryTake("|"))
        {
            _cursor.SkipSpace(overLines: true);
            items.Add(ReadSequence(inGroup));
        }

        return items.Count == 1 ? items[0] : new ChoiceExpression(items);
    }

    private GrammarExpression ReadSequence(bool inGroup)
    {
        List<GrammarExpression> items = [];
        while (ReadItem(inGroup) is GrammarExpression item)
        {
            _cursor.SkipSpace(inGroup);
            while (ReadCount(inGroup) is (int minimum, var maximum))
            {
                item = new RepetitionExpression(item, minimum, maximum);
                _cursor.SkipSpace(inGroup);
            }

            items.Add(item);
        }

        return items.Count == 1 ? items[0] : new SequenceExpression(items);
    }

    // Null where no item starts.
    private GrammarExpression? ReadItem(bool inGroup)
    {
        switch (_cursor.Current)
        {
            case '"':
                return ReadLiteral();
            case '[':
                return ReadClass();
            case '(':
                return ReadGroup();
            case '.':
                _cursor.Move();
                return Utf8Expressions.OneOf(CharacterRanges.All);
            case '<' or '!':
                return ReadToken();
            case '*' or '+' or '?' or '{':
                throw _cursor.Error($"'{_cursor.Current}' repeats what stands in front of it, and there is nothing.");
            case char first when IsOfName(first):
                int start = _cursor.Position;
                return new RuleExpression(IndexOf(ReadName(string.Empty), start));
            default:
                return null;
        }
    }

    private GrammarExpression ReadLiteral()
    {
        int start = _cursor.Position;
        _cursor.Move();
        StringBuilder text = new();
        while (_cursor.Current != '"' || _cursor.IsAtEnd)
        {
            if (_cursor.IsAtEnd)
            {
                throw _cursor.ErrorAt(start, "This text has no end; put a '\"' behind it.");
            }

            text.Append(char.ConvertFromUtf32(_cursor.TakeCharacter()));
        }

        _cursor.Move();
        return Utf8Expressions.Text(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // A token of the vocabulary by its text, brackets and all, or by its id in square brackets.
    private TokenExpression ReadToken()
    {
        int start = _cursor.Position;
        bool isComplement = _cursor.TryTake("!");
        int opening = _cursor.Position;
        if (!_cursor.TryTake("<"))
        {
            throw _cursor.ErrorAt(start, "Behind '!' stands a token: !<its text> or !<[its id]>.");
        }

        if (_cursor.TryTake("["))
        {
            int place = _cursor.Position;
            ReadOnlySpan<char> digits = _cursor.TakeWhile(char.IsAsciiDigit);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || !_cursor.TryTake("]>"))
            {
                throw _cursor.ErrorAt(place, "Here the id of a token stands, as in <[1000]>.");
            }

            return new TokenExpression(new TokenTerminal(null, id, isComplement));
        }

        ReadOnlySpan<char> name = _cursor.TakeWhile(character => character is not ('>' or '\n' or '\r'));
        if (name.IsEmpty || !_cursor.TryTake(">"))
        {
            throw _cursor.ErrorAt(opening, "Here the text of a token stands, up to a '>' on the same line, as in <think>.");
        }

        return new TokenExpression(new TokenTerminal($"<{name}>", 0, isComplement));
    }

    private GrammarExpression ReadClass()
    {
        int start = _cursor.Position;
        _cursor.Move();
        bool isComplement = _cursor.TryTake("^");
        List<CharacterRange> ranges = [];
        while (_cursor.Current != ']' || _cursor.IsAtEnd)
        {
            if (_cursor.IsAtEnd)
            {
                throw _cursor.ErrorAt(start, "This class of characters has no end; put a ']' behind it.");
            }

            int place = _cursor.Position;
            int first = _cursor.TakeCharacter();
            int last = first;
            if (_cursor.Current == '-' && _cursor.Following != ']')
            {
                _cursor.Move();
                if (_cursor.IsAtEnd)
                {
                    throw _cursor.ErrorAt(start, "This class of characters has no end; put a ']' behind it.");
                }

                last = _cursor.TakeCharacter();
                if (last < first)
                {
                    throw _cursor.ErrorAt(place, "This range goes from a higher to a lower character; exchange the two.");
                }
            }

            ranges.Add(new CharacterRange(first, last));
        }

        _cursor.Move();
        if (ranges.Count == 0 && !isComplement)
        {
            throw _cursor.ErrorAt(start, "This class has no characters, so that nothing could stand here; write '.' for any character.");
        }

        IReadOnlyList<CharacterRange> set = CharacterRanges.Normalize(ranges);
        return Utf8Expressions.OneOf(isComplement ? CharacterRanges.Complement(set) : set);
    }

    private GrammarExpression ReadGroup()
    {
        int start = _cursor.Position;
        if (++_depth > DeepestGroup)
        {
            throw _cursor.Error($"Groups stand in groups here, more than {DeepestGroup} deep; give inner ones a rule of their own.");
        }

        _cursor.Move();
        _cursor.SkipSpace(overLines: true);
        GrammarExpression group = ReadChoice(inGroup: true);
        if (!_cursor.TryTake(")"))
        {
            throw _cursor.IsAtEnd
                ? _cursor.ErrorAt(start, "This group has no end; put a ')' behind it.")
                : _cursor.Error($"'{_cursor.Current}' starts nothing that may stand in a group.");
        }

        _depth--;
        return group;
    }

    // How often the item in front may stand; null where nothing says so.
    private (int Minimum, int? Maximum)? ReadCount(bool inGroup)
    {
        int start = _cursor.Position;
        if (_cursor.TryTake("*"))
        {
            return (0, null);
        }

        if (_cursor.TryTake("+"))
        {
            return (1, null);
        }

        if (_cursor.TryTake("?"))
        {
            return (0, 1);
        }

        if (!_cursor.TryTake("{"))
        {
            return null;
        }

        _cursor.SkipSpace(inGroup);
        int minimum = ReadNumber();
        int? maximum = minimum;
        if (_cursor.TryTake(","))
        {
            _cursor.SkipSpace(inGroup);
            maximum = char.IsAsciiDigit(_cursor.Current) ? ReadNumber() : null;
        }

        if (!_cursor.TryTake("}"))
        {
            throw _cursor.Error("Here a repetition ends: {times}, {least,} or {least,most}.");
        }

        return maximum >= minimum || maximum is null
            ? (minimum, maximum)
            : throw _cursor.ErrorAt(start, $"This repetition asks for at least {minimum} and at most {maximum}; exchange the two.");

        int ReadNumber()
        {
            int place = _cursor.Position;
            ReadOnlySpan<char> digits = _cursor.TakeWhile(char.IsAsciiDigit);
            if (digits.IsEmpty)
            {
                throw _cursor.Error("Here a number says how often the item stands: {times}, {least,} or {least,most}.");
            }

            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                throw _cursor.ErrorAt(place, $"{digits} is more than can be counted ({int.MaxValue}); leave the most away for no limit.");
            }

            _cursor.SkipSpace(inGroup);
            return number;
        }
    }

    private string ReadName(string missing)
    {
        ReadOnlySpan<char> name = _cursor.TakeWhile(IsOfName);
        return name.IsEmpty ? throw _cursor.Error(missing) : name.ToString();
    }

    private int IndexOf(string name, int place)
    {
        if (!_indices.TryGetValue(name, out int index))
        {
            index = _names.Count;
            _indices.Add(name, index);
            _names.Add(name);
            _places.Add(place);
            _expressions.Add(null);
        }

        return index;
    }

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
}
