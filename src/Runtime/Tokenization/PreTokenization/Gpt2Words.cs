namespace ModelGen.Tokenization.PreTokenization;

/// <summary>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ (Radford et al. 2019).</summary>
internal sealed class Gpt2Words : ISplitPass
{
    private const CharacterFlags NotOther = CharacterFlags.Space | CharacterFlags.Letter | CharacterFlags.Number;

    public static int Match(in PieceText text, int position)
    {
        int contraction = Contractions.Match(text, position, anyCase: false);
        if (contraction > 0)
        {
            return contraction;
        }

        int start = text[position] == ' ' ? position + 1 : position;
        int end = text.Has(start, CharacterFlags.Letter) ? text.SkipWhile(start, CharacterFlags.Letter)
            : text.Has(start, CharacterFlags.Number) ? text.SkipWhile(start, CharacterFlags.Number)
            : text.SkipUntil(start, NotOther);
        return end > start ? end - position : WhiteSpace.Match(text, position);
    }
}
