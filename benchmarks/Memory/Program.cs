using System;
using System.Globalization;
using System.Linq;
using ModelGen;
using ModelGen.Compare.Worker;
using ModelGen.Memory.Benchmarks;

// The memory of a program with a model, against the plan that the generator has written for it, and over many generations. Linux only.
const string Usage = """
    plan                    fills a session's context, then prints the plan and the most memory that was used
    generations [COUNT]     generates COUNT times (10,000), each in a session of its own, and prints the memory along the way
    """;

switch (args)
{
    case ["plan"]:
        ComparePlan();
        return 0;
    case ["generations"]:
        Generate(10_000);
        return 0;
    case ["generations", var count] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int generations):
        Generate(generations);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

static void ComparePlan()
{
    using MeasuredModel model = MeasuredModel.Load();
    using Session session = model.CreateSession();
    var random = new Random(1);
    int[] prompt = Enumerable.Range(0, session.ContextLength - 1).Select(_ => random.Next(model.Info.VocabularySize)).ToArray();
    session.Evaluate(prompt);

    // A vocabulary's embeddings are read by row: those of ids that never came are planned, and were not read.
    session.Evaluate([0]);
    MemoryPlan plan = model.Info.Memory;
    long planned = plan.Weights + plan.State + plan.Scratch + model.Info.VocabularySize * sizeof(float);
    long peak = ProcessMemory.Peak;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Info.Name}, {session.Position} tokens: planned {Megabytes(planned)} MB (weights {Megabytes(plan.Weights)}, session {Megabytes(plan.State)}, scratch {Megabytes(plan.Scratch)}), peak {Megabytes(peak)} MB, that is {Megabytes(peak - planned)} MB more, {100.0 * (peak - planned) / planned:F1} %"));
}

static void Generate(int count)
{
    using MeasuredModel model = MeasuredModel.Load();
    var options = new GenerationOptions { MaxTokens = 8, Temperature = 1 };
    for (int done = 1; done <= count; done++)
    {
        using Session session = model.CreateSession();
        foreach (string _ in session.Generate("Once upon a time", options with { Seed = (ulong)done }))
        {
        }

        if (done is 1 or 10 || done % Math.Max(1, count / 10) == 0)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{done,8} generations: resident {Megabytes(ProcessMemory.Current)} MB, managed {Megabytes(GC.GetTotalMemory(forceFullCollection: false))} MB"));
        }
    }
}

static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
