namespace ModelGen.Grammars.Matching;

/// <summary>Says that a part of a machine was left, after how many items or with which member.</summary>
internal sealed class ExitHead(int member, int count, int order) : Head(order)
{
    /// <summary>Number of the member, where there are members.</summary>
    public int Member => member;

    /// <summary>Number of items that have come to their end, where they are counted.</summary>
    public int Count => count;

    public override ByteSet Bytes => ByteSet.Empty;

    public override bool Accepts => false;

    public override bool IsExit => true;

    public override Head Next(byte value) => this;

    protected override HeadCall[] MakeCalls() => [];
}
