using System.Collections.Generic;

namespace ModelGen.Grammars.Matching;

/// <summary>A state of the openings of a machine of members, and which members have been.</summary>
internal sealed class MembersHead(HeadTable heads, MembersMachine machine, int state, MemberSet seen, int order) : Head(order)
{
    private readonly OpeningHead _opening = heads.Opening(machine, state, machine.MayCome(state, seen.MayCome));

    public override ByteSet Bytes { get; } = machine.BytesOf(state, seen.MayCome);

    public override ulong Loops => heads.LoopsOf(state);

    public override bool Accepts => state == machine.Between && machine.MayEnd(seen);

    /// <summary>The state with what may come from here, whatever has been before.</summary>
    public override Head Model => _opening;

    public override Head Next(byte value) => heads.Members(machine, heads.States.Next(state, value), seen);

    public override void Leave(int member, GrammarState tail, StackSet stacks)
    {
        // Where there is one member, the exit may have been found for another grammar, and has the number that the member had there.
        member = _opening.Only ?? member;
        if (machine.Members[member].MayBeEmpty)
        {
            stacks.Add(Behind(member), tail);
        }

        if (ValueOf(member) is HeadCall call)
        {
            stacks.AddCall(call, tail);
        }
    }

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
            if (seen.MayCome.Contains(member) && machine.Members[member].MayBeEmpty)
            {
                further.Add(Behind(member));
            }
        }

        return [.. further];
    }

    // Where the machine goes on behind a member.
    private MembersHead Behind(int member) => heads.Members(machine, machine.Between, machine.With(seen, member));

    // The call of a member's value, or null where it has none but the empty one.
    private HeadCall? ValueOf(int member) => machine.Members[member].Value is >= 0 and int value ? heads.Call(value, Behind(member)) : null;
}
