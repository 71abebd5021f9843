using System;

namespace ModelGen.Vocabularies;

/// <summary>
/// What a token of a vocabulary is, as resolved by <see cref="TokenAttributeRules"/>; two bytes a token in the packed vocabulary.
/// </summary>
[Flags]
internal enum TokenAttributes : ushort
{
    /// <summary>Undefined: never written when text is decoded.</summary>
    None = 0,

    /// <summary>A piece of text, U+2581 standing for a space.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary cannot write.</summary>
    Unknown = 2,

    /// <summary>Steers the model; its text is matched in a prompt on request only, and decodes to nothing.</summary>
    Control = 4,

    /// <summary>Split out of every prompt before anything else; decodes to its text as it stands.</summary>
    UserDefined = 8,

    /// <summary>A row without meaning.</summary>
    Unused = 16,

    /// <summary>One byte, written &lt;0xXX&gt;.</summary>
    Byte = 32,

    /// <summary>White space behind the token is dropped where the token is split out of a prompt.</summary>
    StripRight = 64,

    /// <summary>Generation ends when it is sampled.</summary>
    EndOfGeneration = 128,

    /// <summary>White space before the token is dropped where the token is split out of a prompt.</summary>
    StripLeft = 256,

    /// <summary>
    /// A word with exactly the token's text is the token: its merges would end there, or the vocabulary takes whole words first. Found out
    /// when the vocabulary is packed.
    /// </summary>
    Whole = 512,
}
