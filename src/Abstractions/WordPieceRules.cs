namespace ModelGen;

/// <summary>
/// How text becomes the words that a WordPiece vocabulary (BERT's) writes with its tokens. Vocabularies of other kinds have their own rules
/// and do not ask. docs/tokenizers.md says where the two differ.
/// </summary>
public enum WordPieceRules
{
    /// <summary>BERT's own (Devlin et al. 2018), which the model was trained with. The default.</summary>
    Bert,

    /// <summary>llama.cpp's, which give its ids for every text.</summary>
    LlamaCpp,
}
