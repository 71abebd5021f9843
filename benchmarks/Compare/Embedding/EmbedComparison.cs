using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Compare.Building;
using ModelGen.Compare.Llama;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare.Embedding;

/// <summary>Encoders that ModelGen compiled, beside llama.cpp on the same file and, where there is one, ONNX Runtime on the model in floats.</summary>
/// <param name="options">What to measure.</param>
/// <param name="progress">Told what is being done.</param>
internal sealed class EmbedComparison(EmbedOptions options, Action<string> progress)
{
    // What a short question has.
    private const int FirstTokens = 16;

    // The longest of texts of mixed lengths, and room to spare: what these models were made for.
    private const int ContextLength = 512;

    private const string PackagedModel = "all-minilm-l6-v2";

    private readonly MachineLock _lock = new(options.LockFile);

    /// <summary>Measures all models, and tells each one's table as it stands.</summary>
    public void Run(Action<string> completed)
    {
        string llamaFolder = LlamaFolder.Find(options.LlamaFolder, Repository.Root);
        foreach (string path in options.Models)
        {
            completed(Measure(ModelFacts.Read(path), llamaFolder).ToMarkdown());
        }
    }

    private EmbedTable Measure(ModelFacts model, string llamaFolder)
    {
        int context = int.Min(ContextLength, model.ContextLength);
        ModelProject project = new(model, context, attribute: null, ModelProject.Encoders);
        Variant[] variants = options.Aot ? [Variant.Jit, .. Variant.Aot] : [Variant.Jit];
        EngineProgram[] own = [.. variants.Select(variant => EngineProgram.Of(Build(model.Name, project, variant)))];
        EngineProgram llama = EngineProgram.OfLlamaEncoder(llamaFolder, model, context);
        bool hasOnnx = options.OnnxFile is not null || model.Name.StartsWith(PackagedModel, StringComparison.OrdinalIgnoreCase);
        EngineProgram[] engines = hasOnnx
            ? [own[0], llama, EngineProgram.Of(Build("ONNX Runtime", new OnnxProject(options.OnnxFile), Variant.Jit))]
            : [own[0], llama];
        string[] names = [.. ((string[])["ModelGen", EngineProgram.LlamaCpp, "ONNX Runtime"]).Take(engines.Length)];

        List<EmbedRow> rows = [];
        List<string> notes = [];
        foreach (int threads in options.Threads)
        {
            progress($"{model.Name}: starting and warming up, threads: {threads}");
            using EncoderSpeeds speeds = new(engines, threads, options.Repetitions, _lock);
            foreach (EmbedTest test in EmbedTest.All)
            {
                progress($"{model.Name}: {test.Title}, threads: {threads}");
                rows.Add(speeds.Measure(test));
            }

            notes.AddRange(Notes(names, threads, speeds));
        }

        foreach (int threads in options.Threads)
        {
            rows.AddRange(MeasureStart(variants, [.. own, llama], threads, engines.Length));
        }

        notes.Add(string.Create(CultureInfo.InvariantCulture, $"medians of {options.Repetitions} (lowest–highest), measured alternately; \"against\": how many times better ModelGen is"));
        return new EmbedTable(model.Name, names, rows, notes);
    }

    private static IEnumerable<string> Notes(string[] names, int threads, EncoderSpeeds speeds)
    {
        for (int index = 0; index < names.Length; index++)
        {
            string groups = speeds.GroupSizes[index] == 0 ? "" : $", groups of {speeds.GroupSizes[index]}";
            string cosine = index == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", lowest cosine with ModelGen {speeds.LowestCosines[index]:F5}");
            yield return $"{names[index]} ({threads}): {speeds.Descriptions[index]}{groups}{cosine}";
        }

        if (speeds.Disturbed > 0)
        {
            yield return $"{speeds.Disturbed} measurements ({threads}) were disturbed by other work on the machine";
        }
    }

    // From the start of a fresh process to the vector of a short text, of our program however compiled.
    private IEnumerable<EmbedRow> MeasureStart(Variant[] variants, IReadOnlyList<EngineProgram> programs, int threads, int engines)
    {
        progress($"start to the first vector, threads: {threads}");
        List<double>[] times = [.. programs.Select(_ => new List<double>())];
        _lock.Repeat(options.Repetitions + 1, repetition =>
        {
            for (int index = 0; index < programs.Count; index++)
            {
                double elapsed = programs[index].RunFirst(threads, FirstTokens).Elapsed.TotalMilliseconds;

                // The first brings files into the page cache.
                if (repetition > 0)
                {
                    times[index].Add(elapsed);
                }
            }
        });
        return variants.Select((variant, index) => new EmbedRow(
            $"start to the first vector ({FirstTokens} tokens), {variant.Name}",
            EmbedRow.Milliseconds,
            threads,
            [times[index], times[^1], .. Enumerable.Repeat<IReadOnlyList<double>>([], engines - 2)]));
    }

    private ModelProgram Build(string name, ProgramProject project, Variant variant)
    {
        progress($"{name}: building ({variant.Name}) where it is not up to date");
        using IDisposable? shared = _lock.ForBuilding();
        return project.Build(variant);
    }
}
