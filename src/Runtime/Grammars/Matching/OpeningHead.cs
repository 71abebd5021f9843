using System.Collections.Generic;

namespace ModelGen.Grammars.Matching;

/// <summary>
/// A state of the openings of a machine of members, and which members may come; it is left where an opening ends. However many sets of
/// members lead here, what tokens may lead from here is found once.
/// </summary>
internal sealed class OpeningHead(HeadTable heads, MembersMachine machine, int state, BitSet mayCome, int order) : Head(order)
{
    public override ByteSet Bytes { get; } = machine.BytesOf(state, mayCome);

    public override ulong Loops => heads.LoopsOf(state);

    /// <summary>The only member that it may turn out to be, or null.</summary>
    public int? Only { get; } = mayCome.Only;

    // What may turn out to be several members is hardly met twice.
    public override int[]? Content => Only is int member ? HeadContent.Of(heads.States, member, state) : null;

    public override bool Accepts => false;

    public override Head Next(byte value)
    {
        int next = heads.States.Next(state, value);
        return heads.Opening(machine, next, machine.MayCome(next, mayCome));
    }

    protected override HeadCall[] MakeCalls() => [];

    protected override Head[] MakeFurther()
    {
        List<Head> exits = [];
        foreach (int member in machine.OpenedIn(state))
        {
            if (mayCome.Contains(member))
            {
                exits.Add(heads.Exit(member, 0));
            }
        }

        return [.. exits];
    }
}
