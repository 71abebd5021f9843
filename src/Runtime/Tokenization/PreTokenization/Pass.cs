namespace ModelGen.Tokenization.PreTokenization;

/// <summary>A <see cref="ISplitPass"/> as an object; the loop is compiled for its rule.</summary>
internal abstract class Pass
{
    private protected Pass()
    {
    }

    public static Pass Of<TPass>()
        where TPass : ISplitPass => new Typed<TPass>();

    public abstract void Split(TextPieces pieces);

    private sealed class Typed<TPass> : Pass
        where TPass : ISplitPass
    {
        public override void Split(TextPieces pieces) => pieces.Split<TPass>();
    }
}
