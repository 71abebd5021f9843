namespace ModelGen.Grammars.Matching;

/// <summary>A state of a machine that runs through its automaton once.</summary>
internal sealed class PlainHead(HeadTable heads, int state, int order) : Head(order)
{
    public override ByteSet Bytes { get; } = heads.BytesOf(state);

    public override ulong Loops => heads.LoopsOf(state);

    public override bool Accepts => heads.States.Accepts(state);

    public override bool IsEnd => heads.States.IsEnd(state);

    public override int[]? Content => HeadContent.Of(heads.States, member: -1, state);

    public override Head Next(byte value) => heads.Plain(heads.States.Next(state, value));

    protected override HeadCall[] MakeCalls() => heads.CallsOf(state, heads.Plain);
}
