namespace ModelGen.Grammars.Matching;

/// <summary>Where a text in UTF-8 (RFC 3629) is: between two characters, or which bytes the rest of a character is.</summary>
internal enum Utf8Phase : byte
{
    /// <summary>Between two characters.</summary>
    Between,

    /// <summary>One byte more.</summary>
    Rest1,

    /// <summary>Two bytes more.</summary>
    Rest2,

    /// <summary>Three bytes more.</summary>
    Rest3,

    /// <summary>Two bytes more of a character from U+0800 on.</summary>
    BehindE0,

    /// <summary>Two bytes more of a character below the surrogates.</summary>
    BehindED,

    /// <summary>Three bytes more of a character from U+10000 on.</summary>
    BehindF0,

    /// <summary>Three bytes more of a character up to U+10FFFF.</summary>
    BehindF4,

    /// <summary>It is no UTF-8.</summary>
    Malformed,
}
