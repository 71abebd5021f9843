namespace ModelGen.Grammars.Matching;

/// <summary>Says that a part of a machine was left, and by which way: after how many items, or with which member.</summary>
internal sealed class ExitHead(int way, int order) : Head(order)
{
    /// <summary>Number of items, or number of the member.</summary>
    public int Way => way;

    public override ByteSet Bytes => ByteSet.Empty;

    public override bool Accepts => false;

    public override bool IsExit => true;

    public override Head Next(byte value) => this;

    protected override HeadCall[] MakeCalls() => [];
}
