namespace ModelGen.Grammars;

/// <summary>The characters (Unicode code points) from one to another.</summary>
/// <param name="First">The first one.</param>
/// <param name="Last">The last one, not below the first.</param>
internal readonly record struct CharacterRange(int First, int Last)
{
    /// <summary>The highest code point.</summary>
    public const int LastCharacter = 0x10FFFF;
}
