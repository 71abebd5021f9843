using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars;

namespace ModelGen.Runtime.Tests.Grammars;

/// <summary>
/// Says what a grammar's texts are by its definition alone: for each part and place of the text, where the part may end. Slow, and simple
/// enough to be believed.
/// </summary>
/// <param name="grammar">The grammar.</param>
/// <param name="text">The text: bytes, and from <see cref="FirstToken"/> on tokens that stand for themselves.</param>
/// <param name="takes">Whether a terminal takes a token.</param>
internal sealed class ReferenceRecognizer(GrammarDefinition grammar, int[] text, Func<TokenTerminal, int, bool> takes)
{
    /// <summary>What stands for token 0 in a text.</summary>
    public const int FirstToken = 256;

    private readonly Dictionary<(int Rule, int Start), SortedSet<int>> _ends = [];
    private readonly Dictionary<(int Rule, int Start), bool> _goesOn = [];
    private readonly bool[] _hasText = new bool[grammar.Rules.Count];
    private bool _changed;

    /// <summary>Whether the text is one of the grammar's.</summary>
    public static bool Accepts(GrammarDefinition grammar, byte[] text) => Accepts(grammar, [.. text], (_, _) => false);

    /// <summary>Whether the text is one of the grammar's.</summary>
    public static bool Accepts(GrammarDefinition grammar, int[] text, Func<TokenTerminal, int, bool> takes)
    {
        ReferenceRecognizer recognizer = new(grammar, text, takes);
        RuleExpression root = new(grammar.Root);
        bool accepts = false;
        recognizer.ToFixedPoint(() => accepts = recognizer.Ends(root, 0).Contains(text.Length));
        return accepts;
    }

    /// <summary>Whether the text is the beginning of one of the grammar's.</summary>
    public static bool IsPrefix(GrammarDefinition grammar, byte[] text) => IsPrefix(grammar, [.. text], (_, _) => false);

    /// <summary>Whether the text is the beginning of one of the grammar's.</summary>
    public static bool IsPrefix(GrammarDefinition grammar, int[] text, Func<TokenTerminal, int, bool> takes)
    {
        ReferenceRecognizer recognizer = new(grammar, text, takes);
        RuleExpression root = new(grammar.Root);
        bool isPrefix = false;
        recognizer.ToFixedPoint(() => recognizer.HasText(root));
        recognizer.ToFixedPoint(() => recognizer.Ends(root, 0));
        recognizer.ToFixedPoint(() => isPrefix = recognizer.GoesOn(root, 0));
        return isPrefix;
    }

    // What rules give is taken from the round before until nothing changes: the least solution, which left recursion has too.
    private void ToFixedPoint(Action round)
    {
        do
        {
            _changed = false;
            round();
            foreach ((int rule, int start) in _ends.Keys.ToArray())
            {
                SortedSet<int> known = _ends[(rule, start)];
                int count = known.Count;
                known.UnionWith(Ends(grammar.Rules[rule].Expression, start));
                _changed |= known.Count > count;
            }

            foreach ((int rule, int start) in _goesOn.Keys.ToArray())
            {
                if (!_goesOn[(rule, start)] && GoesOn(grammar.Rules[rule].Expression, start))
                {
                    _goesOn[(rule, start)] = true;
                    _changed = true;
                }
            }

            for (int rule = 0; rule < _hasText.Length; rule++)
            {
                if (!_hasText[rule] && HasText(grammar.Rules[rule].Expression))
                {
                    _hasText[rule] = true;
                    _changed = true;
                }
            }
        }
        while (_changed);
    }

    private bool Has(ByteSet bytes, int place) => text[place] < FirstToken && bytes.Contains((byte)text[place]);

    private bool Takes(TokenExpression token, int place) => text[place] >= FirstToken && takes(token.Terminal, text[place] - FirstToken);

    private int Next(ByteAutomaton automaton, int state, int place) =>
        text[place] < FirstToken ? automaton.Next(state, (byte)text[place]) : ByteAutomaton.Dead;

    // Where a text of the expression that starts at a place may end.
    private SortedSet<int> Ends(GrammarExpression expression, int start)
    {
        switch (expression)
        {
            case ByteExpression one:
                return start < text.Length && Has(one.Bytes, start) ? [start + 1] : [];
            case TokenExpression token:
                return start < text.Length && Takes(token, start) ? [start + 1] : [];
            case SequenceExpression sequence:
                SortedSet<int> places = [start];
                foreach (GrammarExpression item in sequence.Items)
                {
                    places = [.. places.SelectMany(place => Ends(item, place))];
                }

                return places;
            case ChoiceExpression choice:
                return [.. choice.Items.SelectMany(item => Ends(item, start))];
            case RepetitionExpression repetition:
                return [.. Counts(repetition, start).Where(at => at.Count >= repetition.Minimum).Select(at => at.Place)];
            case RuleExpression reference:
                if (!_ends.TryGetValue((reference.Rule, start), out SortedSet<int>? known))
                {
                    _ends[(reference.Rule, start)] = known = [];
                    _changed = true;
                }

                return [.. known];
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                SortedSet<int> ends = [];
                int state = automaton.StateCount == 0 ? ByteAutomaton.Dead : 0;
                for (int place = start; state != ByteAutomaton.Dead; place++)
                {
                    if (automaton.Accepts(state))
                    {
                        ends.Add(place);
                    }

                    state = place < text.Length ? Next(automaton, state, place) : ByteAutomaton.Dead;
                }

                return ends;
            case MembersExpression members:
                return [.. Members(members, start).Where(at => IsComplete(members, at.Seen)).Select(at => at.Place)];
            default:
                throw new NotSupportedException(expression.GetType().Name);
        }
    }

    // Whether the rest of the text is the beginning of a text of the expression; the whole one counts.
    private bool GoesOn(GrammarExpression expression, int start)
    {
        switch (expression)
        {
            case ByteExpression one:
                return start == text.Length ? HasText(one) : start == text.Length - 1 && Has(one.Bytes, start);
            case TokenExpression token:
                return start == text.Length || (start == text.Length - 1 && Takes(token, start));
            case SequenceExpression sequence:
                return (start == text.Length && HasText(sequence))
                    || Enumerable.Range(0, sequence.Items.Count).Any(index =>
                        sequence.Items.Skip(index + 1).All(HasText)
                        && Ends(new SequenceExpression([.. sequence.Items.Take(index)]), start).Any(end => GoesOn(sequence.Items[index], end)))
                    || Ends(sequence, start).Contains(text.Length);
            case ChoiceExpression choice:
                return choice.Items.Any(item => GoesOn(item, start));
            case RepetitionExpression repetition:
                return HasText(repetition)
                    && (start == text.Length
                        || Counts(repetition, start).Any(at =>
                            (at.Place == text.Length && (at.Count >= repetition.Minimum || HasText(repetition.Item)))
                            || ((repetition.Maximum is not int maximum || at.Count < maximum) && GoesOn(repetition.Item, at.Place))));
            case RuleExpression reference:
                if (!_goesOn.TryGetValue((reference.Rule, start), out bool known))
                {
                    _goesOn[(reference.Rule, start)] = false;
                    _changed = true;
                }

                return known;
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                int state = automaton.StateCount == 0 ? ByteAutomaton.Dead : 0;
                for (int place = start; place < text.Length && state != ByteAutomaton.Dead; place++)
                {
                    state = Next(automaton, state, place);
                }

                return state != ByteAutomaton.Dead && LeadsOn(automaton, state);
            case MembersExpression members:
                return MembersGoOn(members, start);
            default:
                throw new NotSupportedException(expression.GetType().Name);
        }
    }

    // Whether the expression has any text.
    private bool HasText(GrammarExpression expression) => expression switch
    {
        ByteExpression one => !one.Bytes.IsEmpty,
        TokenExpression => true,
        SequenceExpression sequence => sequence.Items.All(HasText),
        ChoiceExpression choice => choice.Items.Any(HasText),
        RepetitionExpression repetition => repetition.Minimum == 0 || HasText(repetition.Item),
        RuleExpression reference => _hasText[reference.Rule],
        AutomatonExpression { Automaton: ByteAutomaton automaton } => automaton.StateCount > 0 && LeadsOn(automaton, 0),
        MembersExpression members => CanEnd(members, [.. members.Members.Select(_ => 0)]),
        _ => throw new NotSupportedException(expression.GetType().Name),
    };

    private static bool LeadsOn(ByteAutomaton automaton, int state)
    {
        HashSet<int> seen = [state];
        Queue<int> open = new([state]);
        while (open.TryDequeue(out int next))
        {
            if (automaton.Accepts(next))
            {
                return true;
            }

            for (int byteClass = 0; byteClass < automaton.ClassCount; byteClass++)
            {
                int to = automaton.NextOfClass(next, byteClass);
                if (to != ByteAutomaton.Dead && seen.Add(to))
                {
                    open.Enqueue(to);
                }
            }
        }

        return false;
    }

    // Places and how many items lead there. An item that is empty may be counted as often as wanted.
    private HashSet<(int Place, int Count)> Counts(RepetitionExpression repetition, int start)
    {
        // Behind this, one more makes no difference.
        int enough = repetition.Maximum ?? repetition.Minimum;
        HashSet<(int Place, int Count)> reached = [(start, 0)];
        Queue<(int Place, int Count)> open = new(reached);
        while (open.TryDequeue(out (int Place, int Count) at))
        {
            if (at.Count == repetition.Maximum)
            {
                continue;
            }

            foreach (int end in Ends(repetition.Item, at.Place))
            {
                (int, int) next = (end, Math.Min(at.Count + 1, enough));
                if (reached.Add(next))
                {
                    open.Enqueue(next);
                }
            }
        }

        return reached;
    }

    // Places behind some members, and how often each one has been.
    private List<(int Place, int[] Seen)> Members(MembersExpression members, int start)
    {
        List<(int Place, int[] Seen)> reached = [(start, new int[members.Members.Count])];
        HashSet<string> known = [Key(reached[0])];
        for (int index = 0; index < reached.Count; index++)
        {
            (int place, int[] seen) = reached[index];
            foreach (int opening in Openings(members, place, seen))
            {
                for (int member = 0; member < seen.Length; member++)
                {
                    if (MayCome(members, seen, member))
                    {
                        GrammarMember next = members.Members[member];
                        foreach (int end in Ends(new SequenceExpression([next.Opening, next.Value]), opening))
                        {
                            (int, int[]) at = (end, With(seen, member));
                            if (known.Add(Key(at)))
                            {
                                reached.Add(at);
                            }
                        }
                    }
                }
            }
        }

        return reached;

        static string Key((int Place, int[] Seen) at) => at.Place + ":" + string.Join(',', at.Seen);
    }

    private IEnumerable<int> Openings(MembersExpression members, int place, int[] seen) => seen.Sum() == 0 ? [place] : Ends(members.Separator, place);

    private bool MembersGoOn(MembersExpression members, int start)
    {
        if (!HasText(members))
        {
            return false;
        }

        foreach ((int place, int[] seen) in Members(members, start))
        {
            if (place == text.Length && CanEnd(members, seen))
            {
                return true;
            }

            if (seen.Sum() > 0 && CanFollow(members, seen) && GoesOn(members.Separator, place))
            {
                return true;
            }

            foreach (int opening in Openings(members, place, seen))
            {
                for (int member = 0; member < seen.Length; member++)
                {
                    GrammarMember next = members.Members[member];
                    if (MayCome(members, seen, member)
                        && CanEnd(members, With(seen, member))
                        && GoesOn(new SequenceExpression([next.Opening, next.Value]), opening))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private bool CanFollow(MembersExpression members, int[] seen) =>
        HasText(members.Separator)
        && Enumerable.Range(0, seen.Length).Any(member =>
            MayCome(members, seen, member) && HasText(members.Members[member].Opening) && HasText(members.Members[member].Value)
            && CanEnd(members, With(seen, member)));

    private static bool MayCome(MembersExpression members, int[] seen, int member) =>
        (members.Members[member].Repeats || seen[member] == 0) && (members.Maximum is not int maximum || seen.Sum() < maximum);

    private static bool IsComplete(MembersExpression members, int[] seen) =>
        seen.Sum() >= members.Minimum && members.Members.Select((member, index) => !member.IsRequired || seen[index] > 0).All(fits => fits);

    // Whether what is missing can still come.
    private bool CanEnd(MembersExpression members, int[] seen)
    {
        if (IsComplete(members, seen))
        {
            return true;
        }

        bool[] possible = [.. members.Members.Select(member => HasText(member.Opening) && HasText(member.Value))];
        int missing = 0;
        bool repeats = false;
        int further = 0;
        for (int member = 0; member < seen.Length; member++)
        {
            bool isMissing = members.Members[member].IsRequired && seen[member] == 0;
            if (isMissing && !possible[member])
            {
                return false;
            }

            missing += isMissing ? 1 : 0;
            repeats |= possible[member] && members.Members[member].Repeats;
            further += possible[member] && seen[member] == 0 ? 1 : 0;
        }

        int total = seen.Sum();
        int wanted = Math.Max(missing, members.Minimum - total);
        return (wanted <= further || repeats)
            && (members.Maximum is not int maximum || total + wanted <= maximum)
            && ((seen.Sum() == 0 && wanted == 1) || HasText(members.Separator));
    }

    private static int[] With(int[] seen, int member)
    {
        int[] result = [.. seen];
        result[member]++;
        return result;
    }
}
