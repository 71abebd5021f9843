using System.Collections.Generic;
using System.Linq;
using ModelGen.Compare.Reporting;

namespace ModelGen.Compare.Measuring;

/// <summary>Measures fresh processes: from their start to the first token, one engine after the other, repetition by repetition.</summary>
internal static class StartComparison
{
    /// <param name="programs">Ours, then llama.cpp.</param>
    /// <param name="threads">Threads of each.</param>
    /// <param name="repetitions">Repetitions; one more, which brings files into the page cache, does not count.</param>
    /// <param name="machineLock">Held while something is measured.</param>
    public static IReadOnlyList<Cell> Measure(IReadOnlyList<EngineProgram> programs, int threads, int repetitions, MachineLock machineLock)
    {
        List<double>[] times = [.. programs.Select(_ => new List<double>())];
        List<double>[] memory = [.. programs.Select(_ => new List<double>())];
        machineLock.Repeat(repetitions + 1, repetition =>
        {
            for (int index = 0; index < programs.Count; index++)
            {
                FirstToken first = programs[index].RunFirst(threads, Test.FirstPromptTokens);
                if (repetition > 0)
                {
                    times[index].Add(first.Elapsed.TotalMilliseconds);
                    memory[index].Add(first.PeakMemory / Units.BytesPerMegabyte);
                }
            }
        });

        IEnumerable<Cell> Cells(Test test, List<double>[] values) => Enumerable.Range(0, programs.Count - 1)
            .Select(index => new Cell(threads, test.Key, programs[index].Name, values[index], values[^1]));
        return [.. Cells(Test.Start, times), .. Cells(Test.StartMemory, memory)];
    }
}
