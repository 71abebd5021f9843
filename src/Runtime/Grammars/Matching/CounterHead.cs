using System;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>A state of an item of a machine that counts, and how many items have come before.</summary>
internal sealed class CounterHead(HeadTable heads, int machine, int state, int count, int order) : Head(order)
{
    private readonly GrammarMachine _machine = heads.Machine(machine);

    /// <summary>The state with items counted from here on, whatever has been before.</summary>
    public override Head Model { get; } = heads.Item(heads.Machine(machine).Start, state, 0);

    public override int LeastItems => Math.Max(_machine.Minimum - count, 0);

    public override int MostItems => _machine.Maximum is int maximum ? maximum - count : int.MaxValue;

    public override ByteSet Bytes => IsFull ? ByteSet.Empty : heads.BytesOf(state);

    public override ulong Loops => heads.LoopsOf(state);

    public override bool Accepts => IsBetween && count >= _machine.Minimum;

    // No edge leads to the start of an item, so that whoever is there is between two.
    private bool IsBetween => state == _machine.Start;

    private bool IsFull => IsBetween && count >= _machine.Maximum;

    public override Head Next(byte value) => heads.Counter(machine, heads.States.Next(state, value), count);

    protected override HeadCall[] MakeCalls() =>
        IsFull ? [] : heads.CallsOf(state, to => heads.Counter(machine, to, count));

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
