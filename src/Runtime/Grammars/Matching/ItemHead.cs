namespace ModelGen.Grammars.Matching;

/// <summary>
/// A state of an item of a machine that counts, whatever the machine's limits are and however many items have been before: what tokens may lead
/// from here is found once, and the limits are held against it (<c>HeadTokens</c>).
/// </summary>
internal sealed class ItemHead(HeadTable heads, int start, int state, int count, int order) : Head(order)
{
    public override int Items => count;

    public override ByteSet Bytes => heads.BytesOf(state);

    public override ulong Loops => heads.LoopsOf(state);

    public override bool Accepts => false;

    public override int[]? Content => HeadContent.Of(heads.States, member: -1, start, state);

    public override Head Next(byte value) => heads.Item(start, heads.States.Next(state, value), count);

    protected override HeadCall[] MakeCalls() => heads.CallsOf(state, to => heads.Item(start, to, count));

    protected override Head[] MakeFurther() =>
        heads.States.Accepts(state) ? [heads.Item(start, start, count + 1)]
        : state == start && count > 0 ? [heads.Exit(0, count)]
        : [];
}
