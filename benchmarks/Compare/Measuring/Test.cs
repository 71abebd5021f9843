using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Compare.Measuring;

/// <summary>Whether more of a quantity is better.</summary>
internal enum Better
{
    More,
    Less,
}

/// <summary>One thing that is measured on both sides.</summary>
/// <param name="Key">Name on the command line and in JSON.</param>
/// <param name="Title">Name in tables.</param>
/// <param name="Unit">Unit of its values.</param>
/// <param name="Better">What counts as better.</param>
internal sealed record Test(string Key, string Title, string Unit, Better Better)
{
    public const int PrefillTokens = 512;
    public const int DecodeTokens = 128;
    public const int Depth = 1024;
    public const int FirstPromptTokens = 32;
    public const int Sequences = 8;
    public const int SequenceTokens = 64;

    public static Test Prefill { get; } = new("prefill", $"prefill {PrefillTokens}", "tokens/s", Better.More);

    public static Test Decode { get; } = new("decode", $"decode {DecodeTokens}", "tokens/s", Better.More);

    public static Test DecodeAtDepth { get; } = new("depth", $"decode {DecodeTokens} after {Depth}", "tokens/s", Better.More);

    public static Test Batch { get; } = new("batch", $"decode {SequenceTokens}, {Sequences} sequences", "tokens/s", Better.More);

    public static Test Memory { get; } = new("memory", "peak memory, these tests", "MB", Better.Less);

    public static Test Start { get; } = new("start", $"start to first token ({FirstPromptTokens})", "ms", Better.Less);

    public static Test StartMemory { get; } = new("start-memory", "peak memory, start", "MB", Better.Less);

    public static Test Size { get; } = new("size", "program size", "MB", Better.Less);

    /// <summary>All tests, in the order of tables.</summary>
    public static IReadOnlyList<Test> All { get; } = [Prefill, Decode, DecodeAtDepth, Batch, Memory, Start, StartMemory, Size];

    /// <summary>What can be asked for; memory comes with the tests that it is the memory of.</summary>
    public static IReadOnlyList<Test> Selectable { get; } = [Prefill, Decode, DecodeAtDepth, Batch, Start, Size];

    public bool IsDecode => this == Decode || this == DecodeAtDepth;

    public bool IsSpeed => this == Prefill || this == Batch || IsDecode;

    public static Test Find(string key) => All.First(test => test.Key == key);
}
