using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Formats;
using ModelGen.Tool.Compilation;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>A tiny model whose file is written here, and llama.cpp's recorded answer for it.</summary>
internal sealed record GoldenModel(string Name, DecoderPreset Preset, FormatMix Mix)
{
    // The logits of float models agree in all positions or in none. Errors of rounding are compared by their size, which takes more of them.
    private const int PositionsOfFloats = 5;
    private const int PositionsOfMixes = 21;

    private static readonly ConcurrentDictionary<string, Lazy<string>> Paths = new(StringComparer.Ordinal);

    // More than a batch has rows and more than a range has keys.
    private const int SourceLength = 300;

    // What one format's model is made of.
    private static readonly DecoderPreset OfOneFormat = new("format", "llama");

    // Real files mix formats: each with an architecture that puts them at other places.
    private static readonly (string Preset, FormatMix Mix)[] MixedModels =
    [
        ("gemma2", FormatMix.Of("F16")),
        ("tiny-qwen3", FormatMix.Of("BF16")),
        ("tiny-qwen2", FormatMix.Of("Q8_0")),
        ("tiny-phi3", new("Q4_0", "Q4_0", "Q4_1", "Q6_K")),
        ("tiny-llama", new("Q4_K_M", "Q4_K", "Q6_K", "Q6_K")),
        ("tiny-gemma3", new("Q5_K_M", "Q5_K", "Q6_K", "Q6_K")),
        ("bloom", new("Q6_K", "Q6_K", "Q6_K", "Q8_0")),
        ("falcon-40b", new("Q5_0", "Q5_0", "Q5_1", "Q6_K")),
        ("mpt-12heads", new("Q5_1", "Q5_1", "Q5_1", "F16")),
        ("starcoder2", new("Q4_1", "Q4_1", "Q8_0", "Q5_K")),
        ("olmo2", new("IQ4_NL", "IQ4_NL", "Q5_K", "Q6_K")),
        ("cohere2", new("IQ4_XS", "IQ4_XS", "Q5_K", "Q6_K")),
        ("stablelm-parallel", new("Q2_K", "Q2_K", "Q4_K", "Q6_K")),
        ("glm4", new("Q3_K_M", "Q3_K", "Q5_K", "Q6_K")),
        ("exaone4", new("IQ3_M", "IQ3_S", "Q4_K", "Q6_K")),
        ("granite", new("IQ2_M", "IQ2_S", "IQ3_S", "Q5_K")),
        ("mistral3", new("IQ2_XXS", "IQ2_XXS", "IQ2_XS", "Q5_K")),
        ("smollm3", new("IQ1_M", "IQ1_M", "IQ2_XXS", "Q5_K")),
        ("phi2", new("MXFP4", "MXFP4", "MXFP4", "Q8_0")),
        ("qwen35", new("Q4_K_M", "Q4_K", "Q6_K", "Q6_K")),
        ("apertus", new("TQ2_0", "TQ2_0", "TQ2_0", "Q6_K")),
        ("deepseek2-v3", new("Q8_0", "Q8_0", "Q8_0", "Q8_0")),
        ("rwkv7", new("Q5_K_M", "Q5_K", "Q6_K", "Q6_K")),
        ("rwkv6", FormatMix.Of("Q8_0")),
        ("deepseek2-lite-unsplit", new("Q4_K_M", "Q4_K", "Q6_K", "Q6_K")),
        ("kimi-linear", new("Q8_0", "Q8_0", "Q8_0", "Q8_0")),
        ("plamo2", new("Q4_K_M", "Q4_K", "Q6_K", "Q6_K")),
    ];

    private static readonly (string Preset, FormatMix Mix)[] MixedEncoders =
    [
        ("bert", FormatMix.Of("F16")),
        ("bert", FormatMix.Of("Q8_0")),
        ("bert", FormatMix.Of("Q4_0")),
        ("modern-bert", FormatMix.Of("F16")),
        ("modern-bert", FormatMix.Of("Q8_0")),
        ("modern-bert", FormatMix.Of("Q4_0")),
        ("nomic-bert", new("Q4_K_M", "Q4_K", "Q6_K", "Q6_K")),
        ("nomic-bert-moe", FormatMix.Of("Q8_0")),
        ("jina-bert-v2-code", new("Q4_0", "Q4_0", "Q4_1", "Q6_K")),
        ("gemma-embedding", FormatMix.Of("Q8_0")),
    ];

    /// <summary>Every architecture of a decoder in floats.</summary>
    public static IReadOnlyList<GoldenModel> Architectures { get; } =
        [.. DecoderPresets.All.Select(preset => new GoldenModel(preset.Name, preset, FormatMix.Floats))];

    /// <summary>Every architecture of an encoder in floats; what is compared are vectors of tokens.</summary>
    public static IReadOnlyList<GoldenModel> Encoders { get; } =
        [.. EncoderPresets.All.Select(preset => new GoldenModel(preset.Name, preset, FormatMix.Floats))];

    /// <summary>Some of them in mixes of formats.</summary>
    public static IReadOnlyList<GoldenModel> EncoderMixes { get; } =
        [.. MixedEncoders.Select(model => new GoldenModel($"{model.Preset}-{model.Mix.Name}", EncoderPresets.Find(model.Preset), model.Mix))];

    /// <summary>Every architecture of an encoder in formats that files of encoders have; without an answer, for the pass in float64.</summary>
    public static IReadOnlyList<GoldenModel> EncodersOfOneFormat { get; } =
    [
        .. new[] { "F16", "Q8_0", "Q4_0" }.SelectMany(format => EncoderPresets.All.Select(
            preset => new GoldenModel($"{preset.Name}-alone-{format}", preset, FormatMix.Of(format)))),
    ];

    /// <summary>Architectures with settings that mean something of their own (<see cref="DecoderPresets.Variants"/>), in floats.</summary>
    public static IReadOnlyList<GoldenModel> Variants { get; } =
        [.. DecoderPresets.Variants.Select(preset => new GoldenModel(preset.Name, preset, FormatMix.Floats))];

    /// <summary>Every format alone.</summary>
    public static IReadOnlyList<GoldenModel> Formats { get; } =
        [.. TensorFormat.All.Select(format => new GoldenModel("format-" + format.Name, OfOneFormat, FormatMix.Of(format.Name)))];

    /// <summary>Architectures in mixes of formats.</summary>
    public static IReadOnlyList<GoldenModel> Mixes { get; } =
        [.. MixedModels.Select(model => new GoldenModel($"{model.Preset}-{model.Mix.Name}", DecoderPresets.Find(model.Preset), model.Mix))];

    /// <summary>Encoders with a decoder, in floats and in a mix of formats; what is compared are the logits of an answer.</summary>
    public static IReadOnlyList<GoldenModel> Answering { get; } =
        [.. EncoderPresets.Answering.Select(preset => new GoldenModel(preset.Name, preset, FormatMix.Floats))];

    /// <summary>One of them in a mix of formats.</summary>
    public static GoldenModel AnsweringMix { get; } = new("t5-Q8_0", EncoderPresets.Answering[0], FormatMix.Of("Q8_0"));

    /// <summary>All of them.</summary>
    public static IEnumerable<GoldenModel> All =>
        [.. Architectures, .. Variants, .. Formats, .. Mixes, .. Encoders, .. EncoderMixes, .. Answering, AnsweringMix];

    /// <summary>The text that is answered; empty where the model only goes on with one.</summary>
    public int[] Source => Preset.Encoder is { DecoderLayers: > 0 } ? RandomText("source", SourceLength) : [];

    /// <summary>Of the answer.</summary>
    public string AnswerFile => Name + ".json";

    public static GoldenModel Find(string name) => All.Single(model => model.Name == name);

    /// <summary>The GGUF file, written once a test run in the folder that child processes are told of.</summary>
    public string WriteFile() => Paths.GetOrAdd(Name, _ => new Lazy<string>(() =>
    {
        string path = Path.Combine(ModelCompiler.Folder, $"golden-{Name}.gguf");
        if (!File.Exists(path))
        {
            string unfinished = $"{path}.{Environment.ProcessId}";
            File.WriteAllBytes(unfinished, DecoderWriter.Write(Preset, Mix));
            File.Move(unfinished, path, overwrite: true);
        }

        return path;
    })).Value;

    /// <summary>Compiles it with keys and values in floats, as llama.cpp had them.</summary>
    public CompiledClass Compile() => ModelCompiler.Compile(WriteFile(), keyValueFormat: KeyValueFormat.Float32);

    /// <summary>llama.cpp's answer for the file as it is written now.</summary>
    public LogitAnswer ReadAnswer()
    {
        string path = WriteFile();
        var answer = LogitAnswer.Parse(GoldenFiles.Read(AnswerFile, () => Ask(path).ToJson()));
        GoldenFiles.CheckHash(AnswerFile, answer.Sha256, path);
        return answer;
    }

    private LogitAnswer Ask(string path)
    {
        int[] tokens = RandomText("text", Preset.TextLength);

        // Evenly spread, with the first and the last.
        int count = Mix == FormatMix.Floats ? PositionsOfFloats : PositionsOfMixes;
        int[] positions = [.. Enumerable.Range(0, count).Select(index => index * (tokens.Length - 1) / (count - 1))];
        float[][] answer = Preset.Encoder is null or { DecoderLayers: > 0 }
            ? LlamaCpp.Evaluate(path, tokens, DecoderWriter.VocabularySize, Source)
            : LlamaCpp.Embed(path, tokens);
        return LogitAnswer.Of(GoldenFiles.HashOf(path), tokens, positions, answer);
    }

    private int[] RandomText(string name, int length)
    {
        RepeatableRandom random = new($"{Name}/{name}");
        int[] tokens = new int[length];
        for (int i = 0; i < tokens.Length; i++)
        {
            tokens[i] = DecoderVocabulary.FirstOrdinary + random.Next(DecoderWriter.VocabularySize - DecoderVocabulary.FirstOrdinary);
        }

        return tokens;
    }
}
