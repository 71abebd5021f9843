using System.Globalization;

namespace ModelGen.Compare.Embedding;

/// <summary>One thing that encoders are measured by.</summary>
/// <param name="Title">Name in the table.</param>
/// <param name="Texts">Texts of a measurement.</param>
/// <param name="Length">Tokens of each, one text a call; 0: of mixed lengths, all in one call.</param>
internal sealed record EmbedTest(string Title, int Texts, int Length)
{
    /// <summary>
    /// All of them. Each takes a small model a tenth of a second at least, so that neither the clock nor what begins and ends a pause counts.
    /// </summary>
    public static EmbedTest[] All { get; } =
    [
        new("16 tokens, one text a call", 200, 16),
        new("64 tokens, one text a call", 80, 64),
        new("256 tokens, one text a call", 20, 256),
        new("1,000 texts of 8 to 256 tokens, one call", 1000, 0),
    ];

    /// <summary>Whether texts come together.</summary>
    public bool IsTogether => Length == 0;

    /// <summary>The command that has a process do it (see EncoderLoop).</summary>
    /// <param name="seed">Which texts.</param>
    /// <param name="texts">How many of them.</param>
    /// <param name="groupSize">Size of groups of texts that come together.</param>
    public string Command(int seed, int texts, int groupSize) => IsTogether
        ? string.Create(CultureInfo.InvariantCulture, $"together {seed} {texts} {groupSize}")
        : string.Create(CultureInfo.InvariantCulture, $"each {seed} {Length} {texts}");
}
