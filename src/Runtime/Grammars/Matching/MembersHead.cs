using System.Collections.Generic;

namespace ModelGen.Grammars.Matching;

/// <summary>A state of the openings of a machine of members, and which members have been.</summary>
internal sealed class MembersHead(HeadTable heads, MembersMachine machine, int state, MemberSet seen, int order) : Head(order)
{
    public override ByteSet Bytes { get; } = machine.BytesOf(state, seen.MayCome);

    public override bool Accepts => state == machine.Between && machine.MayEnd(seen);

    /// <summary>The state with what may come from here, whatever has been before.</summary>
    public OpeningHead Opening { get; } = heads.Opening(machine, state, machine.MayCome(state, seen.MayCome));

    public override Head Next(byte value) => heads.Members(machine, heads.States.Next(state, value), seen);

    /// <summary>Where the machine goes on behind a member.</summary>
    public MembersHead Behind(int member) => heads.Members(machine, machine.Between, machine.With(seen, member));

    /// <summary>The call of a member's value, or null where it has none but the empty one.</summary>
    public HeadCall? ValueOf(int member) => machine.Members[member].Value is >= 0 and int value ? heads.Call(value, Behind(member)) : null;

    /// <summary>Whether a member may be opened and nothing more.</summary>
    public bool MayBeEmpty(int member) => machine.Members[member].MayBeEmpty;

    protected override HeadCall[] MakeCalls()
    {
        List<HeadCall> calls = [];
        foreach (int member in machine.OpenedIn(state))
        {
            if (seen.MayCome.Contains(member) && ValueOf(member) is HeadCall call)
            {
                calls.Add(call);
            }
        }

        return [.. calls];
    }

    protected override Head[] MakeFurther()
    {
        List<Head> further = [];
        foreach (int member in machine.OpenedIn(state))
        {
            if (seen.MayCome.Contains(member) && MayBeEmpty(member))
            {
                further.Add(Behind(member));
            }
        }

        return [.. further];
    }
}
