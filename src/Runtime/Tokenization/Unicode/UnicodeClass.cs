namespace ModelGen.Tokenization.Unicode;

/// <summary>What a code point is to a tokenizer: the first letter of its general category (UAX #44), and white space by itself.</summary>
internal enum UnicodeClass : byte
{
    /// <summary>Cn.</summary>
    Unassigned = 0,

    /// <summary>Nd, Nl, No.</summary>
    Number = 1,

    /// <summary>Lu, Ll, Lt, Lm, Lo.</summary>
    Letter = 2,

    /// <summary>Mn, Mc, Me.</summary>
    Mark = 3,

    /// <summary>Pc, Pd, Ps, Pe, Pi, Pf, Po.</summary>
    Punctuation = 4,

    /// <summary>Sm, Sc, Sk, So.</summary>
    Symbol = 5,

    /// <summary>Cc, Cf, Cs, Co, without white space.</summary>
    Other = 6,

    /// <summary>White_Space: the separators and the controls that part words.</summary>
    Space = 7,
}
