using System;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>A state of an item of a machine that counts, and how many items have come before.</summary>
internal sealed class CounterHead(HeadTable heads, int machine, int state, int count, int order) : Head(order)
{
    private readonly GrammarMachine _machine = heads.Machine(machine);

    /// <summary>Number of items before the one that it stands in.</summary>
    public int Count => count;

    /// <summary>Most items; <see cref="int.MaxValue"/> where there is no limit.</summary>
    public int Maximum => _machine.Maximum ?? int.MaxValue;

    /// <summary>Fewest items.</summary>
    public int Minimum => _machine.Minimum;

    /// <summary>The state with items counted from here on, whatever has been before.</summary>
    public ItemHead Item { get; } = heads.Item(heads.Machine(machine).Start, state, 0);

    public override ByteSet Bytes => IsBetween && count >= Maximum ? ByteSet.Empty : heads.BytesOf(state);

    public override bool Accepts => IsBetween && count >= _machine.Minimum;

    // No edge leads to the start of an item, so that whoever is there is between two.
    private bool IsBetween => state == _machine.Start;

    public override Head Next(byte value) => heads.Counter(machine, heads.States.Next(state, value), count);

    protected override HeadCall[] MakeCalls() =>
        IsBetween && count >= Maximum ? [] : heads.CallsOf(state, to => heads.Counter(machine, to, count));

    protected override Head[] MakeFurther()
    {
        if (!heads.States.Accepts(state))
        {
            return [];
        }

        // Where there is no limit nobody asks how many more than enough there were.
        int next = _machine.Maximum is null ? Math.Min(count + 1, _machine.Minimum) : count + 1;
        return [heads.Counter(machine, _machine.Start, next)];
    }
}
