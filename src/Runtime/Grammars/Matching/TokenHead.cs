namespace ModelGen.Grammars.Matching;

/// <summary>Where a token of the vocabulary is taken.</summary>
internal sealed class TokenHead(TokenTerminal terminal, int order) : Head(order)
{
    public override TokenTerminal Terminal => terminal;

    public override ByteSet Bytes => ByteSet.Empty;

    public override bool Accepts => false;

    public override Head Next(byte value) => this;

    protected override HeadCall[] MakeCalls() => [];
}
