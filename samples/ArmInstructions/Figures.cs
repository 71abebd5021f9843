using System;
using System.Globalization;
using ModelGen;

namespace Stories;

/// <summary>What telling a story took.</summary>
/// <param name="Model">The model.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="PromptTime">Time until the first token that was generated.</param>
/// <param name="GeneratedTokens">Tokens after the first one.</param>
/// <param name="GenerationTime">Time that they took.</param>
internal sealed record Figures(ModelInfo Model, int PromptTokens, TimeSpan PromptTime, int GeneratedTokens, TimeSpan GenerationTime)
{
    private const double BytesPerMegabyte = 1e6;

    /// <summary>One line: tokens a second, instruction set, and memory in megabytes.</summary>
    public override string ToString()
    {
        MemoryPlan memory = Model.Memory;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[prompt {Speed(PromptTokens, PromptTime):F0} tokens/s | generated {Speed(GeneratedTokens, GenerationTime):F0} tokens/s | {Model.InstructionSet} | weights {memory.Weights / BytesPerMegabyte:F1} MB, session {memory.State / BytesPerMegabyte:F1} MB, scratch {memory.Scratch / BytesPerMegabyte:F1} MB]");
    }

    private static double Speed(int tokens, TimeSpan time) => time > TimeSpan.Zero ? tokens / time.TotalSeconds : 0;
}
