using System;

namespace ModelGen.Grammars.JsonSchema.Documents;

/// <summary>Types of JSON values; <c>true</c> and <c>false</c> stand for themselves.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    True = 2,
    False = 4,

    /// <summary>Numbers that are integers.</summary>
    Integer = 8,

    /// <summary>Numbers that are not.</summary>
    Fraction = 16,
    String = 32,
    Array = 64,
    Object = 128,
    Number = Integer | Fraction,
    All = 255,
}
