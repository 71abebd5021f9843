namespace ModelGen.Vocabularies;

/// <summary>What the first byte of a character says of it.</summary>
internal static class Utf8
{
    /// <summary>Bytes of the character that starts with a byte; 1 for one that starts none.</summary>
    public static int LengthOf(byte first) => first switch
    {
        < 0xC0 => 1,
        < 0xE0 => 2,
        < 0xF0 => 3,
        _ => 4,
    };
}
