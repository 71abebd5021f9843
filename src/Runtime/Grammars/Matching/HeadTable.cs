using System;
using System.Collections.Generic;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>The heads of a grammar, each made when it is first asked for.</summary>
internal sealed class HeadTable
{
    private readonly CompiledGrammar _grammar;
    private readonly PlainHead?[] _plain;
    private readonly ByteSet?[] _bytes;
    private readonly ulong?[] _loops;
    private readonly MembersMachine?[] _members;
    private readonly Dictionary<(int Machine, int State, int Count), CounterHead> _counters = [];
    private readonly Dictionary<(int Start, int State, int Count), ItemHead> _items = [];
    private readonly Dictionary<(MembersMachine Machine, int State, MemberSet Seen), MembersHead> _memberHeads = [];
    private readonly Dictionary<(MembersMachine Machine, int State, BitSet MayCome), OpeningHead> _openings = [];
    private readonly Dictionary<(int Member, int Count), ExitHead> _exits = [];
    private readonly Dictionary<int, TokenHead> _tokens = [];
    private readonly int[] _ranks;
    private int _count;

    public HeadTable(CompiledGrammar grammar)
    {
        _grammar = grammar;
        _plain = new PlainHead?[grammar.States.StateCount];
        _bytes = new ByteSet?[grammar.States.StateCount];
        _loops = new ulong?[grammar.States.StateCount];
        _members = new MembersMachine?[grammar.Machines.Count];
        _ranks = RanksOf(grammar.Machines);
    }

    public GrammarStateTable States => _grammar.States;

    public GrammarMachine Machine(int machine) => _grammar.Machines[machine];

    /// <summary>The bytes that edges of a state take.</summary>
    public ByteSet BytesOf(int state) => _bytes[state] ??= States.BytesOf(state);

    /// <summary>The kinds of bytes that lead from a state back to it, see <see cref="ByteKinds.LoopsOf"/>.</summary>
    public ulong LoopsOf(int state) => _loops[state] ??= ByteKinds.LoopsOf(States, state);

    /// <summary>Where a machine begins.</summary>
    public Head StartOf(int machine)
    {
        GrammarMachine content = Machine(machine);
        switch (content.Kind)
        {
            case MachineKind.Counter:
                return Counter(machine, content.Start, 0);
            case MachineKind.Members:
                MembersMachine members = _members[machine] ??= new MembersMachine(States, content);
                return Members(members, members.Start, members.Nothing);
            case MachineKind.Token:
                return Token(machine);
            default:
                return Plain(content.Start);
        }
    }

    /// <summary>A call of a machine.</summary>
    public HeadCall Call(int machine, Head behind) => new(StartOf(machine), _ranks[machine], behind);

    public PlainHead Plain(int state) => _plain[state] ??= new PlainHead(this, state, _count++);

    public CounterHead Counter(int machine, int state, int count)
    {
        (int, int, int) key = (machine, state, count);
        if (!_counters.TryGetValue(key, out CounterHead? head))
        {
            head = new CounterHead(this, machine, state, count, _count++);
            _counters.Add(key, head);
        }

        return head;
    }

    public ItemHead Item(int start, int state, int count)
    {
        (int, int, int) key = (start, state, count);
        if (!_items.TryGetValue(key, out ItemHead? head))
        {
            head = new ItemHead(this, start, state, count, _count++);
            _items.Add(key, head);
        }

        return head;
    }

    public MembersHead Members(MembersMachine machine, int state, MemberSet seen)
    {
        (MembersMachine, int, MemberSet) key = (machine, state, seen);
        if (!_memberHeads.TryGetValue(key, out MembersHead? head))
        {
            head = new MembersHead(this, machine, state, seen, _count++);
            _memberHeads.Add(key, head);
        }

        return head;
    }

    public OpeningHead Opening(MembersMachine machine, int state, BitSet mayCome)
    {
        (MembersMachine, int, BitSet) key = (machine, state, mayCome);
        if (!_openings.TryGetValue(key, out OpeningHead? head))
        {
            head = new OpeningHead(this, machine, state, mayCome, _count++);
            _openings.Add(key, head);
        }

        return head;
    }

    public ExitHead Exit(int member, int count)
    {
        if (!_exits.TryGetValue((member, count), out ExitHead? head))
        {
            head = new ExitHead(member, count, _count++);
            _exits.Add((member, count), head);
        }

        return head;
    }

    private TokenHead Token(int machine)
    {
        if (!_tokens.TryGetValue(machine, out TokenHead? head))
        {
            head = new TokenHead(Machine(machine).Terminal!, _count++);
            _tokens.Add(machine, head);
        }

        return head;
    }

    /// <summary>The calls of a state of an automaton.</summary>
    /// <param name="state">The state.</param>
    /// <param name="headOf">The head of a state that a call comes back to.</param>
    public HeadCall[] CallsOf(int state, Func<int, Head> headOf)
    {
        HeadCall[] calls = new HeadCall[States.FirstCall(state + 1) - States.FirstCall(state)];
        for (int index = 0; index < calls.Length; index++)
        {
            int call = States.FirstCall(state) + index;
            calls[index] = Call(States.Callee(call), headOf(States.Return(call)));
        }

        return calls;
    }

    // Machines with the same automaton begin in the same head, which is called by all who call one of them.
    private static int[] RanksOf(IReadOnlyList<GrammarMachine> machines)
    {
        int[] ranks = new int[machines.Count];
        Dictionary<int, int> ofStarts = [];
        for (int machine = machines.Count - 1; machine >= 0; machine--)
        {
            ranks[machine] = machine;
            if (machines[machine].Kind == MachineKind.Plain && !ofStarts.TryAdd(machines[machine].Start, machine))
            {
                ranks[machine] = ofStarts[machines[machine].Start];
            }
        }

        return ranks;
    }
}
