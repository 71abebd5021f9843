using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace ModelGen.Generator.Templates.Syntax;

/// <summary>
/// Cuts a template into tokens as Jinja does with the settings of the transformers library: a tag takes the line's end behind it
/// (trim_blocks) and the white space of its line in front of it (lstrip_blocks); - takes all white space, + keeps it.
/// </summary>
internal sealed class TemplateLexer
{
    private const int TagLength = 2;

    // In the order in which Jinja tries them at each place.
    private static readonly Regex Float = Anchored(@"(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)");
    private static readonly Regex Integer = Anchored("0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*");
    private static readonly Regex Name = Anchored(@"\w+");
    private static readonly Regex Raw = Anchored(@"\s*raw\s*(?:-%\}\s*|%\})");
    private static readonly Regex EndRaw = new(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)", RegexOptions.CultureInvariant);

    // The longer ones first.
    private static readonly string[] Operators =
    [
        "**", "//", "==", "!=", ">=", "<=", "+", "-", "*", "/", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly string _text;
    private readonly List<TemplateToken> _tokens = [];
    private readonly List<int> _lineStarts = [0];
    private int _position;

    private TemplateLexer(string text)
    {
        _text = Normalise(text);
        for (int i = 0; i < _text.Length; i++)
        {
            if (_text[i] == '\n')
            {
                _lineStarts.Add(i + 1);
            }
        }
    }

    /// <summary>The tokens of a template; the last one is its end.</summary>
    /// <exception cref="TemplateSyntaxException">There is something that is no token.</exception>
    public static IReadOnlyList<TemplateToken> Lex(string text)
    {
        TemplateLexer lexer = new(text);
        lexer.Run();
        return lexer._tokens;
    }

    private static Regex Anchored(string pattern) => new(@"\G(?:" + pattern + ")", RegexOptions.CultureInvariant);

    // Line ends are \n, and one at the very end is no part of the template.
    private static string Normalise(string text)
    {
        string lines = text.Replace("\r\n", "\n").Replace('\r', '\n');
        return lines.EndsWith("\n", StringComparison.Ordinal) ? lines.Substring(0, lines.Length - 1) : lines;
    }

    private void Run()
    {
        while (_position < _text.Length)
        {
            int tag = NextTag(_position);
            if (tag < 0)
            {
                AddData(_position, _text.Length);
                _position = _text.Length;
                break;
            }

            char sign = SignAt(tag + TagLength);
            AddData(_position, EndOfData(_position, tag, sign, isOutput: _text[tag + 1] == '{'));
            _position = tag + TagLength + (sign == default ? 0 : 1);
            switch (_text[tag + 1])
            {
                case '#':
                    SkipComment(tag);
                    break;
                case '%' when Raw.Match(_text, _position) is { Success: true } raw:
                    _position += raw.Length;
                    ReadRaw(tag);
                    break;
                case '%':
                    ReadTag(tag, TokenKind.TagBegin, TokenKind.TagEnd, "%}");
                    break;
                default:
                    ReadTag(tag, TokenKind.OutputBegin, TokenKind.OutputEnd, "}}");
                    break;
            }
        }

        Add(TokenKind.End, "", _text.Length);
    }

    private int NextTag(int start)
    {
        for (int brace = _text.IndexOf('{', start); brace >= 0 && brace + 1 < _text.Length; brace = _text.IndexOf('{', brace + 1))
        {
            if (_text[brace + 1] is '{' or '%' or '#')
            {
                return brace;
            }
        }

        return -1;
    }

    private char SignAt(int position) => position < _text.Length && _text[position] is '-' or '+' ? _text[position] : default;

    /// <summary>Where text in front of a tag ends, once the tag has taken the white space that is its own.</summary>
    private int EndOfData(int start, int tag, char sign, bool isOutput)
    {
        if (sign == '-')
        {
            return TemplateWhiteSpace.SkipBack(_text, start, tag);
        }

        if (sign == '+' || isOutput)
        {
            return tag;
        }

        int lineStart = _text.LastIndexOf('\n', Math.Max(tag - 1, 0), Math.Max(tag - start, 0)) + 1;
        bool isWholeLine = lineStart > start || start == 0 || _text[start - 1] == '\n';
        lineStart = Math.Max(lineStart, start);
        return isWholeLine && TemplateWhiteSpace.Is(_text, lineStart, tag) ? lineStart : tag;
    }

    private void SkipComment(int tag)
    {
        int end = _text.IndexOf("#}", _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Error("the comment has no end", tag);
        }

        _position = AfterTag(end + TagLength, end > _position ? SignAt(end - 1) : default);
    }

    private void ReadRaw(int tag)
    {
        Match end = EndRaw.Match(_text, _position);
        if (!end.Success)
        {
            throw Error("'raw' has no 'endraw'", tag);
        }

        AddData(_position, EndOfData(_position, end.Index, end.Groups[1].Length == 0 ? default : end.Groups[1].Value[0], isOutput: false));
        _position = end.Index + end.Length;
    }

    /// <summary>Where text goes on behind a tag's end: - takes all white space, + nothing, and nothing takes the line's end.</summary>
    private int AfterTag(int end, char sign) => sign switch
    {
        '-' => TemplateWhiteSpace.Skip(_text, end),
        '+' => end,
        _ => end < _text.Length && _text[end] == '\n' ? end + 1 : end,
    };

    private void ReadTag(int tag, TokenKind begin, TokenKind end, string closing)
    {
        Add(begin, _text.Substring(tag, TagLength), tag);
        Stack<char> brackets = new();
        while (true)
        {
            _position = TemplateWhiteSpace.Skip(_text, _position);
            if (_position == _text.Length)
            {
                throw Error($"the tag has no '{closing}'", tag);
            }

            // The brackets of a dictionary may look like the end of a tag.
            if (brackets.Count == 0 && TryEnd(end, closing))
            {
                return;
            }

            ReadToken(brackets);
        }
    }

    private bool TryEnd(TokenKind kind, string closing)
    {
        char sign = SignAt(_position);
        bool takesSign = sign == '-' || (sign == '+' && kind == TokenKind.TagEnd);
        int start = takesSign ? _position + 1 : _position;
        if (string.CompareOrdinal(_text, start, closing, 0, closing.Length) != 0)
        {
            return false;
        }

        Add(kind, closing, _position);
        int end = start + closing.Length;
        _position = kind == TokenKind.OutputEnd && sign != '-' ? end : AfterTag(end, takesSign ? sign : default);
        return true;
    }

    private void ReadToken(Stack<char> brackets)
    {
        int start = _position;
        bool isBehindDot = start > 0 && _text[start - 1] == '.';
        if (!isBehindDot && TryMatch(Float, TokenKind.Float))
        {
            return;
        }

        if (TryMatch(Integer, TokenKind.Integer))
        {
            return;
        }

        if (TryMatch(Name, TokenKind.Name))
        {
            if (char.IsDigit(_text[start]))
            {
                throw Error($"'{_tokens[_tokens.Count - 1].Text}' is neither a number nor a name", start);
            }

            return;
        }

        if (_text[start] is '"' or '\'')
        {
            ReadString();
            return;
        }

        string? symbol = Operators.FirstOrDefault(candidate => string.CompareOrdinal(_text, start, candidate, 0, candidate.Length) == 0);
        if (symbol is null)
        {
            throw Error($"the character '{_text[start]}' is not expected here", start);
        }

        Balance(brackets, symbol[0]);
        Add(TokenKind.Operator, symbol, start);
        _position += symbol.Length;
    }

    private void Balance(Stack<char> brackets, char symbol)
    {
        switch (symbol)
        {
            case '(':
                brackets.Push(')');
                break;
            case '[':
                brackets.Push(']');
                break;
            case '{':
                brackets.Push('}');
                break;
            case ')' or ']' or '}' when brackets.Count == 0 || brackets.Pop() != symbol:
                throw Error($"'{symbol}' closes nothing", _position);
        }
    }

    private bool TryMatch(Regex pattern, TokenKind kind)
    {
        Match match = pattern.Match(_text, _position);
        if (!match.Success)
        {
            return false;
        }

        Add(kind, match.Value, _position);
        _position += match.Length;
        return true;
    }

    private void ReadString()
    {
        int start = _position;
        char quote = _text[start];
        int end = start + 1;
        while (end < _text.Length && _text[end] != quote)
        {
            end += _text[end] == '\\' ? 2 : 1;
        }

        if (end >= _text.Length)
        {
            throw Error("the string has no end", start);
        }

        string? text = StringEscapes.Decode(_text.Substring(start + 1, end - start - 1));
        Add(TokenKind.Text, text ?? throw Error("the string has a \\ that escapes no character", start), start);
        _position = end + 1;
    }

    private void AddData(int start, int end)
    {
        if (end > start)
        {
            Add(TokenKind.Data, _text.Substring(start, end - start), start);
        }
    }

    private void Add(TokenKind kind, string text, int start) => _tokens.Add(new TemplateToken(kind, text, PositionOf(start)));

    private TemplatePosition PositionOf(int index)
    {
        int line = _lineStarts.BinarySearch(index);
        line = line < 0 ? ~line - 1 : line;
        return new TemplatePosition(line + 1, index - _lineStarts[line] + 1);
    }

    private TemplateSyntaxException Error(string message, int index) => new(message, PositionOf(index));
}
