using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>
/// The states of a grammar, which are made when a text first leads there and shared by all who match: sessions that use the same grammar should
/// use the same object. Safe for concurrent use.
/// </summary>
internal sealed class GrammarStates
{
    // Some hundred bytes each.
    private const int MostStates = 100_000;

    private readonly CompiledGrammar _grammar;
    private readonly Stack<StackSet> _sets = new();
    private readonly Dictionary<StackKey, GrammarState> _known = [];
    private readonly Dictionary<(GrammarState, GrammarState), GrammarState> _unions = [];
    private HeadTable _heads;
    private GrammarState? _start;
    private int _count;

    public GrammarStates(CompiledGrammar grammar)
    {
        _grammar = grammar;
        _heads = new HeadTable(grammar);
        End = Make([], [], isAccepting: true);
        End.Closed = End;
        Dead = Make([], [], isAccepting: false);
        Terminals = [.. grammar.Machines.Select(machine => machine.Terminal).OfType<TokenTerminal>()];
    }

    /// <summary>Held by whoever asks for what may not be known yet.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The state of the empty stack alone: what lies below the grammar's root.</summary>
    public GrammarState End { get; private set; }

    /// <summary>Tokens that the grammar names.</summary>
    public IReadOnlyList<TokenTerminal> Terminals { get; }

    /// <summary>Raised when what was known is forgotten.</summary>
    public int Generation { get; private set; }

    /// <summary>The state that no text leads out of.</summary>
    public GrammarState Dead { get; private set; }

    /// <summary>The state of the empty text.</summary>
    public GrammarState Start
    {
        get
        {
            lock (Gate)
            {
                return _start ??= MakeStart();
            }
        }
    }

    /// <summary>Where a text leads from a state.</summary>
    public GrammarState Advance(GrammarState state, ReadOnlySpan<byte> text)
    {
        lock (Gate)
        {
            foreach (byte value in text)
            {
                state = Next(state, value);
            }

            ForgetSome();
            return state;
        }
    }

    /// <summary>Where a byte leads from a state. Only within <see cref="Gate"/>.</summary>
    public GrammarState Next(GrammarState state, byte value)
    {
        if (state.KnownNext(value) is GrammarState known)
        {
            return known;
        }

        if (!state.Bytes.Contains(value))
        {
            return Dead;
        }

        StackSet stacks = Rent();
        for (int index = 0; index < state.Heads.Length; index++)
        {
            Head head = state.Heads[index];
            if (head.Bytes.Contains(value))
            {
                stacks.Add(head.Next(value), state.Tails[index]);
            }
        }

        GrammarState next = Return(stacks);
        state.SetNext(value, next);
        return next;
    }

    /// <summary>Where a token leads from a state by the terminals that take it. Only within <see cref="Gate"/>.</summary>
    /// <param name="state">The state.</param>
    /// <param name="takes">Whether a terminal takes the token.</param>
    public GrammarState Take(GrammarState state, Func<TokenTerminal, bool> takes)
    {
        StackSet stacks = Rent();
        for (int index = 0; index < state.Heads.Length; index++)
        {
            if (state.Heads[index].Terminal is TokenTerminal terminal && takes(terminal))
            {
                stacks.Add(state.Tails[index]);
            }
        }

        return Return(stacks);
    }

    /// <summary>The state with all calls made and all ends left. Only within <see cref="Gate"/>.</summary>
    public GrammarState Close(GrammarState state)
    {
        if (state.Closed is not null)
        {
            return state.Closed;
        }

        // What lies below an end is closed before, however deep it is.
        Stack<GrammarState> open = new([state]);
        while (open.TryPeek(out GrammarState? next))
        {
            if (BelowEnd(next) is GrammarState below)
            {
                open.Push(below);
                continue;
            }

            open.Pop();
            StackSet stacks = Rent();
            for (int index = 0; index < next.Heads.Length; index++)
            {
                stacks.Add(next.Heads[index], next.Tails[index]);
            }

            if (next.IsAccepting)
            {
                stacks.Add(End);
            }

            next.Closed = Return(stacks);
        }

        return state.Closed!;
    }

    /// <summary>Where leaving what a head belongs to leads. Only within <see cref="Gate"/>.</summary>
    /// <param name="head">The head.</param>
    /// <param name="member">The member that the exit leads to, where there are members.</param>
    /// <param name="tail">What may lie below.</param>
    public GrammarState Leave(Head head, int member, GrammarState tail)
    {
        StackSet stacks = Rent();
        head.Leave(member, tail, stacks);
        return Return(stacks);
    }

    /// <summary>The state of the stacks with a head on top. Only within <see cref="Gate"/>.</summary>
    public GrammarState Make(Head head, GrammarState tail) => Make([head], [tail], isAccepting: false);

    /// <summary>The state of some stacks. Only within <see cref="Gate"/>.</summary>
    public GrammarState Make(Head[] heads, GrammarState[] tails, bool isAccepting)
    {
        StackKey key = new(heads, tails, isAccepting);
        if (!_known.TryGetValue(key, out GrammarState? state))
        {
            state = new GrammarState(heads, tails, isAccepting, _count++);
            _known.Add(key, state);
        }

        return state;
    }

    /// <summary>The state of the stacks of both. Only within <see cref="Gate"/>.</summary>
    public GrammarState Union(GrammarState left, GrammarState right)
    {
        if (left == right)
        {
            return left;
        }

        // What lies below is often shared, and would be united once for each way that leads there.
        (GrammarState, GrammarState) key = left.Number < right.Number ? (left, right) : (right, left);
        if (_unions.TryGetValue(key, out GrammarState? known))
        {
            return known;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new GrammarException("The text is nested too deeply in too many ways; make the grammar less ambiguous.");
        }

        List<Head> heads = [];
        List<GrammarState> tails = [];
        int i = 0;
        int j = 0;
        while (i < left.Heads.Length || j < right.Heads.Length)
        {
            int order = i == left.Heads.Length ? 1
                : j == right.Heads.Length ? -1
                : left.Heads[i].Order.CompareTo(right.Heads[j].Order);
            heads.Add(order <= 0 ? left.Heads[i] : right.Heads[j]);
            tails.Add(order < 0 ? left.Tails[i] : order > 0 ? right.Tails[j] : Union(left.Tails[i], right.Tails[j]));
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }

        GrammarState union = Make([.. heads], [.. tails], left.IsAccepting || right.IsAccepting);
        _unions.Add(key, union);
        return union;
    }

    // What lies below a head that ends and is not closed.
    private static GrammarState? BelowEnd(GrammarState state)
    {
        for (int index = 0; index < state.Heads.Length; index++)
        {
            if (state.Tails[index].Closed is null && state.Heads[index].Ends)
            {
                return state.Tails[index];
            }
        }

        return null;
    }

    private GrammarState MakeStart()
    {
        StackSet stacks = Rent();
        if (_grammar.AcceptsEmptyText)
        {
            stacks.Add(End);
        }

        if (_grammar.Root >= 0)
        {
            stacks.Add(_heads.StartOf(_grammar.Root), End);
        }

        return Return(stacks);
    }

    // Whoever stands in a state keeps it with what it needs; all others are made again when a text leads there.
    private void ForgetSome()
    {
        if (_known.Count + _unions.Count > MostStates)
        {
            _known.Clear();
            _unions.Clear();
            Generation++;
            _heads = new HeadTable(_grammar);
            End = Make([], [], isAccepting: true);
            End.Closed = End;
            Dead = Make([], [], isAccepting: false);
            _start = null;
        }
    }

    private StackSet Rent() => _sets.TryPop(out StackSet? set) ? set : new StackSet(this);

    private GrammarState Return(StackSet set)
    {
        GrammarState state = set.ToState();
        _sets.Push(set);
        return state;
    }

    // Heads and tails are made once, so that they are equal if they are the same.
    private readonly struct StackKey(Head[] heads, GrammarState[] tails, bool isAccepting) : IEquatable<StackKey>
    {
        private readonly Head[] _heads = heads;
        private readonly GrammarState[] _tails = tails;
        private readonly bool _isAccepting = isAccepting;

        public bool Equals(StackKey other) =>
            _isAccepting == other._isAccepting && _heads.AsSpan().SequenceEqual(other._heads) && _tails.AsSpan().SequenceEqual(other._tails);

        public override bool Equals(object? obj) => obj is StackKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            hash.Add(_isAccepting);
            for (int index = 0; index < _heads.Length; index++)
            {
                hash.Add(_heads[index].Order);
                hash.Add(_tails[index].Number);
            }

            return hash.ToHashCode();
        }
    }
}
