using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tool.Compilation;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Architectures;

/// <summary>
/// A tiny model for each form that the supported architectures take: a preset of the model writers (<see cref="LlamaCpp"/>), some with windows
/// of 8 keys, so that a text of 70 tokens crosses their edges often.
/// </summary>
internal static class ArchitectureModels
{
    /// <summary>Set to 1, every model is tested in every mix of formats; else each in floats and in one mix.</summary>
    private const string AllFormatsVariable = "MODELGEN_TEST_ALL_FORMATS";

    /// <summary>Floats, which show whether an architecture is computed right, to seven digits.</summary>
    private const string Floats = "F32";

    /// <summary>Models that the writers have no preset of, or none in floats: those of the golden set stand for them there.</summary>
    private static readonly string[] OfGoldenSet = 
    [
        "bailingmoe2", "exaone-moe", "minimax-m2", "gpt-oss", "qwen2vl", "qwen3vl", "qwen3vlmoe", "mellum", "maincoder", "pangu-embedded", "jais2",
        "plm", "qwen3next-packed", "paddleocr", "hunyuan_vl", "hy_v3", "mistral4", "deepseek2-ocr", "plamo3", "plamo3-full", "openelm", "deci",
        "bitnet", "nanbeige", "nanbeige-unnormed", "afmoe", "cohere2moe", "grok-1", "grok-2", "smallthinker", "smallthinker-full",
        "rwkv6", "rwkv6-apart", "arwkv7", "arwkv7-plain", "kimi-linear", "plamo2",
        "mamba-normed", "granitehybrid-moe", "nemotron_h", "nemotron_h_moe", "falcon-h1", "falcon-h1-normed",
    ];

    /// <summary>Presets of the writers.</summary>
    private static readonly string[] OfWriters =
    [
        "tiny-llama", "llama-bias", "llama-linear", "llama-yarn", "llama-yarn-attn", "llama-llama3", "llama-headdim", "mistral3",
        "qwen", "tiny-qwen2", "qwen2-yarn", "tiny-qwen3", "lfm2", "gemma", "gemma2", "tiny-gemma3", "gemma3-linear", "phi2", "tiny-phi3",
        "tiny-phi3-longrope", "tiny-gpt2", "gptneox", "gptneox-serial", "falcon", "falcon-40b", "starcoder", "starcoder2", "stablelm",
        "stablelm-parallel", "olmo", "olmo2", "olmo3", "granite", "smollm3", "internlm2", "command-r", "cohere2", "exaone", "exaone4",
        "exaone4-64-layers", "minicpm", "bloom", "mpt", "mpt-12heads", "mpt-bias", "mpt-positions", "chatglm", "glm4", "ernie4_5",
        "hunyuan-dense", "seed_oss", "plamo", "nemotron", "baichuan-32-layers", "baichuan-40-layers", "orion", "xverse", "codeshell",
        "refact", "jais", "arcee", "apertus",
        "mixtral", "qwen2moe", "tiny-qwen3moe", "tiny-olmoe", "granitemoe", "granitemoe-shared", "phimoe", "dbrx", "deepseek", "dots1", "glm4moe",
        "ernie4_5-moe", "hunyuan-moe", "bailingmoe", "lfm2moe", "llama4", "gpt-oss",
        "deepseek2-lite", "deepseek2-lite-unsplit", "deepseek2-lite-27-layers", "deepseek2-v2", "deepseek2-v3", "minicpm3",
        "qwen3next", "qwen35", "qwen35moe",
        "gemma4", "gemma4-moe", "gemma3n",
        "mamba", "mamba2", "jamba", "granitehybrid",
        "rwkv7",
    ];

    // As the model writers name the mixes; a K mix is of several formats, as in real files.
    private static readonly string[] Mixes =
    [
        "F16", "Q8_0", "Q4_0", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_NL", "BF16", "Q4_1", "Q5_0", "Q5_1", "Q2_K_S", "Q3_K_S", "IQ4_XS",
    ];

    private static readonly ConcurrentDictionary<(string Preset, string Format), Lazy<string>> Paths = new();

    /// <summary>Names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. OfWriters.Union(OfGoldenSet)];

    /// <summary>Names of the presets, in floats.</summary>
    public static TheoryData<string> InFloats => [.. Presets];

    /// <summary>Presets with a mix of formats: all, or one each in turn.</summary>
    public static TheoryData<string, string> InMixes
    {
        get
        {
            var data = new TheoryData<string, string>();
            bool isAll = Environment.GetEnvironmentVariable(AllFormatsVariable) == "1";
            for (int i = 0; i < OfWriters.Length; i++)
            {
                foreach (string mix in isAll ? Mixes : [Mixes[i % Mixes.Length]])
                {
                    data.Add(OfWriters[i], mix);
                }
            }

            return data;
        }
    }

    /// <summary>The file of a model, written once a test run, in the folder that child processes are told of.</summary>
    public static string PathOf(string preset, string format = Floats) => Paths.GetOrAdd((preset, format), _ => new Lazy<string>(() =>
    {
        if (format == Floats && OfGoldenSet.Contains(preset))
        {
            return GoldenModel.Find(preset).WriteFile();
        }

        string path = Path.Combine(ModelCompiler.Folder, $"{preset}-{format}.gguf");
        if (!File.Exists(path))
        {
            LlamaCpp.WriteModel(preset, format, path);
        }

        return path;
    })).Value;

    /// <summary>A compiled model, with keys and values in floats.</summary>
    public static CompiledClass Compile(string preset, string format = Floats) =>
        ModelCompiler.Compile(PathOf(preset, format), keyValueFormat: KeyValueFormat.Float32);

    /// <summary>A text of ids, the same each time.</summary>
    public static int[] Text(int length, int vocabulary)
    {
        // Not the first ids, which are the tokenizers' special ones.
        const int FirstOrdinary = 3;
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(FirstOrdinary, vocabulary))];
    }
}
