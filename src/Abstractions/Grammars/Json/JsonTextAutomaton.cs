using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars.Characters;

namespace ModelGen.Grammars.Json;

/// <summary>
/// Makes the automaton over bytes of texts as JSON strings (RFC 8259) in UTF-8. Between two characters it is in a state that stands for one of
/// the automaton over characters. Within a character or an escape its state is the rest of the bytes or digits that are to come, and where
/// each of the characters that they may still give leads; states for which this is equal are one.
/// </summary>
internal sealed class JsonTextAutomaton
{
    // The first characters of which the first digit is D and of which there is a surrogate pair, and how many pairs one first half begins.
    private const int FirstOfD = 0xD000;
    private const int FirstOfPairs = 0x10000;
    private const int PairsOfHalf = 0x400;

    private const string ShortEscapes = "\"\\/bfnrt";
    private const string EscapedByThem = "\"\\/\b\f\n\r\t";

    // Bytes that mean something of their own within escapes.
    private const string OfEscapes = ShortEscapes + "u0123456789abcdefABCDEF";

    // First bytes of groups that are alike where all characters beyond ASCII are: 10xxxxxx by what may follow E0, ED, F0 and F4, then the
    // bytes that a character begins with.
    private static readonly byte[] Utf8Groups = [0x80, 0x90, 0xA0, 0xC0, 0xC2, 0xE0, 0xE1, 0xED, 0xEE, 0xF0, 0xF1, 0xF4, 0xF5];

    private readonly CharacterAutomaton _texts;
    private readonly JsonTextForm _form;

    // [256] the column of each byte: bytes that lead to the same states everywhere may share one; and the first byte of each column.
    private readonly int[] _columns = new int[256];
    private readonly List<int> _firsts = [];
    private readonly int[] _deadRow;
    private readonly List<int[]> _rows = [];
    private readonly List<bool> _accepts = [];
    private readonly Dictionary<(Rest, CharacterTargets), int> _numbers = [];
    private readonly Queue<(int, Rest, CharacterTargets)> _open = new();
    private readonly Queue<int> _openCharacters = new();
    private readonly int[] _betweenCharacters;
    private int _end = ByteAutomaton.Dead;

    private JsonTextAutomaton(CharacterAutomaton texts, JsonTextForm form)
    {
        _texts = texts;
        _form = form;
        _betweenCharacters = [.. Enumerable.Repeat(ByteAutomaton.Dead, texts.StateCount)];
        FindColumns();
        _deadRow = [.. Enumerable.Repeat(ByteAutomaton.Dead, _firsts.Count)];
    }

    // What is still to come of a character, and so how many characters it may be.
    private enum Rest
    {
        // Bytes of UTF-8 that begin with the bits 10, with 6 more of the character each.
        Bytes1,
        Bytes2,
        Bytes3,

        // What stands behind a backslash.
        Escape,

        // Hexadecimal digits of a character below U+10000 or of a surrogate.
        Digits1,
        Digits2,
        Digits3,
        Digits4,

        // What follows a first digit of D: 0 to 7 is still a character, 8 to B is the first half of a surrogate pair.
        DigitsBehindD,

        // The last digits of a first half.
        HighDigits1,
        HighDigits2,

        // The second half of a surrogate pair: the backslash, the u, the D, and a digit from C to F; then two more digits.
        LowBackslash,
        LowU,
        LowD,
        LowDigit,
    }

    /// <summary>The strings, with their quotation marks.</summary>
    /// <param name="texts">What they say.</param>
    /// <param name="form">How they may be spelled.</param>
    public static ByteAutomaton Quoted(CharacterAutomaton texts, JsonTextForm form)
    {
        JsonTextAutomaton builder = new(texts, form);
        int start = builder.AddRow();
        if (!texts.IsEmpty)
        {
            builder._end = builder.AddRow();
            builder._accepts[builder._end] = true;
            builder.Set(start, '"', builder.Between(0));
        }

        return builder.Build();
    }

    /// <summary>What stands between quotation marks, or a part of it.</summary>
    /// <param name="texts">What it says.</param>
    /// <param name="form">How it may be spelled.</param>
    public static ByteAutomaton Unquoted(CharacterAutomaton texts, JsonTextForm form)
    {
        JsonTextAutomaton builder = new(texts, form);
        if (!texts.IsEmpty)
        {
            builder.Between(0);
        }

        return builder.Build();
    }

    private void FindColumns()
    {
        Dictionary<(int, int), int> known = [];
        bool isUniform = IsUniformBeyondAscii();
        for (int value = 0; value < _columns.Length; value++)
        {
            (int, int) key = value < 0x80
                ? (OfEscapes.IndexOf((char)value), value < ' ' ? -1 : _texts.Classes.ClassOf(value))
                : (-2, isUniform ? Group(value) : value);
            if (!known.TryGetValue(key, out _columns[value]))
            {
                known.Add(key, _columns[value] = _firsts.Count);
                _firsts.Add(value);
            }
        }

        // 0xEE and 0xEF are as 0xE1 to 0xEC, and bytes that are in no text are alike.
        static int Group(int value)
        {
            int group = Array.FindLastIndex(Utf8Groups, first => first <= value);
            return Utf8Groups[group] switch
            {
                0xEE => 0xE1,
                0xF5 => 0xC0,
                byte first => first,
            };
        }
    }

    private bool IsUniformBeyondAscii()
    {
        int first = _texts.Classes.ClassOf(0x80);
        for (int interval = 0; interval < _texts.Classes.IntervalCount; interval++)
        {
            bool isBeyond = _texts.Classes.LastOf(interval) >= 0x80;
            bool isSurrogates = _texts.Classes.FirstOf(interval) == 0xD800 && _texts.Classes.LastOf(interval) == 0xDFFF;
            if (isBeyond && !isSurrogates && _texts.Classes.ClassOfInterval(interval) != first)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsFirst(int value) => _firsts[_columns[value]] == value;

    private void Set(int state, int value, int next) => _rows[state][_columns[value]] = next;

    private ByteAutomaton Build()
    {
        while (_openCharacters.Count > 0 || _open.Count > 0)
        {
            if (_open.Count > 0)
            {
                (int state, Rest rest, CharacterTargets targets) = _open.Dequeue();
                Fill(state, rest, targets);
            }
            else
            {
                FillBetween(_openCharacters.Dequeue());
            }
        }

        return Compress();
    }

    private int AddRow()
    {
        _rows.Add((int[])_deadRow.Clone());
        _accepts.Add(false);
        return _rows.Count - 1;
    }

    // The state before the next character.
    private int Between(int state)
    {
        if (_betweenCharacters[state] == ByteAutomaton.Dead)
        {
            _betweenCharacters[state] = AddRow();
            _openCharacters.Enqueue(state);
        }

        return _betweenCharacters[state];
    }

    private void FillBetween(int state)
    {
        int number = _betweenCharacters[state];
        if (_texts.Accepts(state))
        {
            if (_end == ByteAutomaton.Dead)
            {
                _accepts[number] = true;
            }
            else
            {
                Set(number, '"', _end);
            }
        }

        CharacterTargets targets = TargetsOf(state);
        for (int character = ' '; character < 0x80; character++)
        {
            if (IsFirst(character) && character is not ('"' or '\\') && targets.Of(character) is int target and not CharacterAutomaton.Dead)
            {
                Set(number, character, Between(target));
            }
        }

        FillBytes(number, 0xC2, 0xDF, 0xC0, 64, Rest.Bytes1, targets);
        FillBytes(number, 0xE0, 0xEF, 0xE0, 64 * 64, Rest.Bytes2, targets.Without(0, 0x7FF));
        FillBytes(number, 0xF0, 0xF4, 0xF0, 64 * 64 * 64, Rest.Bytes3, targets.Without(0, 0xFFFF));
        Set(number, '\\', NumberOf(Rest.Escape, _form == JsonTextForm.Any ? targets : WithoutUnescaped(targets)));
    }

    // Without the characters that plain strings never escape.
    private static CharacterTargets WithoutUnescaped(CharacterTargets targets) =>
        targets.Without(' ', '!').Without('#', '[').Without(']', '~');

    private CharacterTargets TargetsOf(int state)
    {
        List<(int First, int Last, int Target)> targets = [];
        for (int interval = 0; interval < _texts.Classes.IntervalCount; interval++)
        {
            int target = _texts.NextOfClass(state, _texts.Classes.ClassOfInterval(interval));
            if (target != CharacterAutomaton.Dead)
            {
                targets.Add((_texts.Classes.FirstOf(interval), _texts.Classes.LastOf(interval), target));
            }
        }

        return new CharacterTargets(targets);
    }

    private int NumberOf(Rest rest, CharacterTargets targets)
    {
        if (targets.IsEmpty)
        {
            return ByteAutomaton.Dead;
        }

        if (!_numbers.TryGetValue((rest, targets), out int number))
        {
            _numbers.Add((rest, targets), number = AddRow());
            _open.Enqueue((number, rest, targets));
        }

        return number;
    }

    private void Fill(int state, Rest rest, CharacterTargets targets)
    {
        switch (rest)
        {
            case Rest.Bytes1:
                for (int bits = 0; bits < 64; bits++)
                {
                    Set(state, 0x80 + bits, After(targets.Of(bits)));
                }

                break;
            case Rest.Bytes2:
                FillBytes(state, 0x80, 0xBF, 0x80, 64, Rest.Bytes1, targets);
                break;
            case Rest.Bytes3:
                FillBytes(state, 0x80, 0xBF, 0x80, 64 * 64, Rest.Bytes2, targets);
                break;
            case Rest.Escape:
                FillEscape(state, targets);
                break;
            case Rest.Digits1:
                for (int digit = 0; digit < 16; digit++)
                {
                    SetDigit(state, digit, After(targets.Of(digit)));
                }

                break;
            case Rest.Digits2:
                FillDigits(state, 0x0, 0xF, 16, Rest.Digits1, targets);
                break;
            case Rest.Digits3:
                FillDigits(state, 0x0, 0xF, 256, Rest.Digits2, targets);
                break;
            case Rest.Digits4:
                FillDigits(state, 0x0, 0xC, 4096, Rest.Digits3, targets);
                SetDigit(state, 0xD, NumberOf(Rest.DigitsBehindD, targets.Part(FirstOfD, CharacterRange.LastCharacter + 1 - FirstOfD)));
                FillDigits(state, 0xE, 0xF, 4096, Rest.Digits3, targets.Part(0xE000, 0x2000));
                break;
            case Rest.DigitsBehindD:
                FillDigits(state, 0x0, 0x7, 256, Rest.Digits2, targets);
                FillDigits(state, 0x8, 0xB, 256 * PairsOfHalf, Rest.HighDigits2, targets.Part(FirstOfPairs - FirstOfD, 1024 * PairsOfHalf));
                break;
            case Rest.HighDigits2:
                FillDigits(state, 0x0, 0xF, 16 * PairsOfHalf, Rest.HighDigits1, targets);
                break;
            case Rest.HighDigits1:
                FillDigits(state, 0x0, 0xF, PairsOfHalf, Rest.LowBackslash, targets);
                break;
            case Rest.LowBackslash:
                Set(state, '\\', NumberOf(Rest.LowU, targets));
                break;
            case Rest.LowU:
                Set(state, 'u', NumberOf(Rest.LowD, targets));
                break;
            case Rest.LowD:
                SetDigit(state, 0xD, NumberOf(Rest.LowDigit, targets));
                break;
            case Rest.LowDigit:
                FillDigits(state, 0xC, 0xF, 256, Rest.Digits2, targets);
                break;
            default:
                throw new InvalidOperationException(rest.ToString());
        }
    }

    private int After(int target) => target == CharacterAutomaton.Dead ? ByteAutomaton.Dead : Between(target);

    // Bytes that each stand for a block of characters, one block behind the other.
    private void FillBytes(int state, int first, int last, int zero, int block, Rest rest, CharacterTargets targets)
    {
        Blocks blocks = new(this, block, rest, targets);
        for (int value = first; value <= last; value++)
        {
            if (IsFirst(value) || value == first)
            {
                Set(state, value, blocks.StateOf(value - zero));
            }
        }
    }

    // Digits that each stand for a block of characters, the first digit for the first block.
    private void FillDigits(int state, int first, int last, int block, Rest rest, CharacterTargets targets)
    {
        Blocks blocks = new(this, block, rest, targets);
        for (int digit = first; digit <= last; digit++)
        {
            SetDigit(state, digit, blocks.StateOf(digit - first));
        }
    }

    private void SetDigit(int state, int digit, int next)
    {
        Set(state, "0123456789ABCDEF"[digit], next);
        Set(state, "0123456789abcdef"[digit], next);
    }

    private void FillEscape(int state, CharacterTargets targets)
    {
        for (int escape = 0; escape < ShortEscapes.Length; escape++)
        {
            if (_form == JsonTextForm.Any || EscapedByThem[escape] != '/')
            {
                Set(state, ShortEscapes[escape], After(targets.Of(EscapedByThem[escape])));
            }
        }

        Set(state, 'u', NumberOf(Rest.Digits4, _form == JsonTextForm.Any ? targets : targets.Without(' ', '~')));
    }

    private ByteAutomaton Compress()
    {
        // Columns that are equal throughout are a class; those of different sums differ.
        ulong[] sums = new ulong[_firsts.Count];
        foreach (int[] row in _rows)
        {
            for (int column = 0; column < sums.Length; column++)
            {
                sums[column] = unchecked((sums[column] * 0x9E3779B97F4A7C15) + (uint)row[column]);
            }
        }

        int[] classes = new int[_firsts.Count];
        List<int> kept = [];
        for (int column = 0; column < classes.Length; column++)
        {
            int known = kept.FindIndex(other => sums[other] == sums[column] && _rows.TrueForAll(row => row[other] == row[column]));
            if (known < 0)
            {
                known = kept.Count;
                kept.Add(column);
            }

            classes[column] = known;
        }

        int[] transitions = new int[_rows.Count * kept.Count];
        for (int state = 0; state < _rows.Count; state++)
        {
            for (int number = 0; number < kept.Count; number++)
            {
                transitions[(state * kept.Count) + number] = _rows[state][kept[number]];
            }
        }

        return new ByteAutomaton([.. _columns.Select(column => (byte)classes[column])], transitions, [.. _accepts]);
    }

    // The states that blocks of characters lead to; blocks within one range of characters that lead to the same are the same.
    private sealed class Blocks(JsonTextAutomaton builder, int size, Rest rest, CharacterTargets targets)
    {
        private int _range = -1;
        private int _state;

        public int StateOf(int block)
        {
            int range = targets.RangeAround(block * size, size);
            if (range < 0 || range != _range)
            {
                _state = builder.NumberOf(rest, targets.Part(block * size, size));
                _range = range;
            }

            return _state;
        }
    }
}
