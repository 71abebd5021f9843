namespace ModelGen.Grammars.Matching;

/// <summary>Steps of <see cref="Utf8Phase"/>.</summary>
internal static class Utf8Phases
{
    /// <summary>The phase behind a byte.</summary>
    public static Utf8Phase Next(Utf8Phase phase, byte value) => phase switch
    {
        Utf8Phase.Between => value switch
        {
            < 0x80 => Utf8Phase.Between,
            >= 0xC2 and <= 0xDF => Utf8Phase.Rest1,
            0xE0 => Utf8Phase.BehindE0,
            0xED => Utf8Phase.BehindED,
            >= 0xE1 and <= 0xEF => Utf8Phase.Rest2,
            0xF0 => Utf8Phase.BehindF0,
            >= 0xF1 and <= 0xF3 => Utf8Phase.Rest3,
            0xF4 => Utf8Phase.BehindF4,
            _ => Utf8Phase.Malformed,
        },
        Utf8Phase.Rest1 => Continue(value, 0x80, 0xBF, Utf8Phase.Between),
        Utf8Phase.Rest2 => Continue(value, 0x80, 0xBF, Utf8Phase.Rest1),
        Utf8Phase.Rest3 => Continue(value, 0x80, 0xBF, Utf8Phase.Rest2),
        Utf8Phase.BehindE0 => Continue(value, 0xA0, 0xBF, Utf8Phase.Rest1),
        Utf8Phase.BehindED => Continue(value, 0x80, 0x9F, Utf8Phase.Rest1),
        Utf8Phase.BehindF0 => Continue(value, 0x90, 0xBF, Utf8Phase.Rest2),
        Utf8Phase.BehindF4 => Continue(value, 0x80, 0x8F, Utf8Phase.Rest2),
        _ => Utf8Phase.Malformed,
    };

    private static Utf8Phase Continue(byte value, byte first, byte last, Utf8Phase next) =>
        value >= first && value <= last ? next : Utf8Phase.Malformed;
}
