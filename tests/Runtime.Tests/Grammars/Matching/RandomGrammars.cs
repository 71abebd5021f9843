using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

/// <summary>Makes small grammars of all kinds of parts over the bytes a to c.</summary>
/// <param name="seed">What decides which ones.</param>
/// <param name="terminals">Tokens that they may name.</param>
internal sealed class RandomGrammars(int seed, params TokenTerminal[] terminals)
{
    // What tells members apart: no text is the beginning of another one.
    private static readonly string[] Openings = ["a", "ba", "bb", "bca", "ca", "cb", "cc"];

    private readonly Random _random = new(seed);
    private int _rules;

    public GrammarDefinition Next()
    {
        _rules = _random.Next(1, 4);
        return new GrammarDefinition(
            [.. Enumerable.Range(0, _rules).Select(rule => new GrammarRule("rule" + rule, Expression(3)))], _random.Next(_rules));
    }

    private GrammarExpression Expression(int depth)
    {
        if (terminals.Length > 0 && _random.Next(5) == 0)
        {
            return new TokenExpression(terminals[_random.Next(terminals.Length)]);
        }

        if (depth == 0)
        {
            return _random.Next(8) == 0 ? new RuleExpression(_random.Next(_rules)) : new ByteExpression(Bytes());
        }

        switch (_random.Next(14))
        {
            case 0 or 1:
                return new ByteExpression(Bytes());
            case 2 or 3 or 4:
                return new SequenceExpression(Items(depth));
            case 5 or 6 or 7:
                return new ChoiceExpression(Items(depth));
            case 8 or 9:
                return Repetition(depth);
            case 10 or 11:
                return new RuleExpression(_random.Next(_rules));
            case 12:
                return new AutomatonExpression(Automaton());
            default:
                return Members(depth);
        }
    }

    private ByteSet Bytes()
    {
        ByteSet bytes = ByteSet.Empty;
        for (byte value = (byte)'a'; value <= 'c'; value++)
        {
            bytes |= _random.Next(5) < 2 ? ByteSet.Of(value) : ByteSet.Empty;
        }

        return bytes.IsEmpty && _random.Next(10) > 0 ? ByteSet.Of((byte)'a') : bytes;
    }

    private GrammarExpression[] Items(int depth) =>
        [.. Enumerable.Range(0, _random.Next(_random.Next(6) == 0 ? 0 : 2, 4)).Select(_ => Expression(depth - 1))];

    private RepetitionExpression Repetition(int depth)
    {
        GrammarExpression item = Expression(depth - 1);
        if (_random.Next(2) == 0)
        {
            // So much to write out that it is counted.
            item = new ChoiceExpression([item, .. Enumerable.Repeat(new ByteExpression(ByteSet.Empty), 50)]);
        }

        int minimum = _random.Next(3);
        return new RepetitionExpression(item, minimum, _random.Next(3) == 0 ? null : minimum + _random.Next(3));
    }

    private ByteAutomaton Automaton()
    {
        int states = _random.Next(2) == 0 ? _random.Next(1, 4) : _random.Next(9, 12);
        byte[] classes = new byte[256];
        classes['a'] = 1;
        classes['b'] = 2;
        classes['c'] = 3;
        int[] transitions = new int[states * 4];
        for (int at = 0; at < transitions.Length; at++)
        {
            transitions[at] = at % 4 == 0 || _random.Next(3) == 0 ? ByteAutomaton.Dead : _random.Next(states);
        }

        return new ByteAutomaton(classes, transitions, [.. Enumerable.Range(0, states).Select(_ => _random.Next(3) == 0)]);
    }

    private MembersExpression Members(int depth)
    {
        List<GrammarMember> members = [];
        int count = _random.Next(1, 4);
        for (int member = 0; member < count; member++)
        {
            members.Add(new GrammarMember(
                Text(Openings[_random.Next(Openings.Length)]), Expression(depth - 1), _random.Next(3) == 0, _random.Next(4) == 0));
        }

        GrammarExpression separator = _random.Next(4) switch
        {
            0 => new SequenceExpression([]),
            1 => new RepetitionExpression(Text("c"), 0, null),
            2 => new ByteExpression(Bytes()),
            _ => Text("c"),
        };
        int minimum = _random.Next(3);
        return new MembersExpression(members, separator, minimum, _random.Next(2) == 0 ? null : minimum + _random.Next(3));
    }

    private static SequenceExpression Text(string text) => new([.. text.Select(character => new ByteExpression(ByteSet.Of((byte)character)))]);
}
