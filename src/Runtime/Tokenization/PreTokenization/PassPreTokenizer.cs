using ModelGen.CompilerServices;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization.PreTokenization;

/// <summary>A pre-tokenizer whose passes cut one after the other, each the pieces that the one before has left.</summary>
internal sealed class PassPreTokenizer(PreTokenizerKind kind, params Pass[] passes) : PreTokenizer
{
    internal override PreTokenizerKind Kind => kind;

    /// <summary>Cuts a text into pieces.</summary>
    public void Split(TextPieces pieces)
    {
        foreach (Pass pass in passes)
        {
            pass.Split(pieces);
        }
    }
}
