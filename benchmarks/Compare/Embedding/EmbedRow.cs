using System.Collections.Generic;

namespace ModelGen.Compare.Embedding;

/// <summary>A measurement of all engines.</summary>
/// <param name="Test">What was measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Values">A list of values an engine, ours first; an empty one of an engine that it says nothing about.</param>
internal sealed record EmbedRow(string Test, string Unit, int Threads, IReadOnlyList<IReadOnlyList<double>> Values)
{
    /// <summary>Texts a second: more is better.</summary>
    public const string TextsPerSecond = "texts/s";

    /// <summary>Milliseconds: less is better.</summary>
    public const string Milliseconds = "ms";
}
