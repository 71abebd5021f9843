using System;

namespace ModelGen.Tokenization;

/// <summary>How a text is encoded.</summary>
[Flags]
internal enum TextEncoding
{
    /// <summary>Text that goes on where other text ended.</summary>
    None = 0,

    /// <summary>Puts BOS in front where the model asks for it.</summary>
    AddBeginningOfSequence = 1,

    /// <summary>Puts EOS behind where the model asks for it.</summary>
    AddEndOfSequence = 2,

    /// <summary>Reads the text of control tokens as these tokens.</summary>
    ParseSpecialTokens = 4,

    /// <summary>The text starts anew: in front of it go what the tokenizer puts in front of a text, such as a space.</summary>
    StartsText = 8,
}
