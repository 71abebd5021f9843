using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using ModelGen.Runtime.Tests.Support;
using ModelGen.Sampling;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Sampling;

/// <summary>
/// Each sampler against what llama.cpp's own one left of the same logits (Golden/README.md). Of those that draw, what they leave to draw from
/// is compared, with llama.cpp's draws told to both.
/// </summary>
public sealed class SamplerGoldenTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "tests", "Runtime.Tests", "Sampling", "Golden");

    private static readonly JsonElement Answers = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "answers.json"))).RootElement;

    private static readonly Lazy<Tokenizer> Tokenizer = new(() => TestFiles.OpenTokenizer(TestFiles.DemoModel));

    public static TheoryData<string> Names => [.. Answers.GetProperty("cases").EnumerateArray().Select(NameOf).Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void LeavesWhatLlamaCppLeaves(string name)
    {
        foreach (JsonElement @case in Answers.GetProperty("cases").EnumerateArray().Where(@case => NameOf(@case) == name))
        {
            float[] logits = Floats(Answers.GetProperty("logits").GetProperty(@case.GetProperty("logits").GetString()!));
            float[] settings = Floats(@case.GetProperty("settings"));
            ISampler[] samplers = name == "chain" ? CreateChain(settings, logits.Length) : [Create(name, settings, @case, logits.Length)];
            int[] text = Ints(@case.GetProperty("text"));
            foreach (JsonElement answer in @case.GetProperty("answers").EnumerateArray())
            {
                (int Id, float Logit)[] left = [.. SamplerRun.Apply(samplers, logits, text).OrderBy(item => item.Id)];
                int[] ids = Ints(answer.GetProperty("left"));
                float[] expected = answer.TryGetProperty("logits", out JsonElement changed)
                    ? Floats(changed)
                    : [.. ids.Select(id => logits[id])];
                left.Select(item => item.Id).ShouldBe(ids, @case.ToString());
                double[] probabilities = SamplerRun.Probabilities(expected);
                SamplerRun.LargestDifference(left.Select(item => item.Logit), probabilities).ShouldBeLessThan(1e-5, @case.ToString());
                if (answer.TryGetProperty("chosen", out JsonElement chosen))
                {
                    ((MirostatSampler)samplers[0]).Observe(probabilities[Array.IndexOf(ids, chosen.GetInt32())]);
                }
            }
        }
    }

    private static ISampler Create(string name, float[] settings, JsonElement @case, int vocabularySize) => (name, settings) switch
    {
        ("top_k", [float k]) => new TopKSampler((int)k),
        ("top_p", [float p]) => new TopPSampler(p),
        ("min_p", [float p]) => new MinPSampler(p),
        ("typical", [float p]) => new TypicalSampler(p, vocabularySize),
        ("top_n_sigma", [float n]) => new TopNSigmaSampler(n),
        ("temp", [float temperature]) => new TemperatureSampler(temperature),
        ("temp_ext", [float temperature, float range, float exponent]) =>
            new DynamicTemperatureSampler(temperature, new DynamicTemperatureOptions { Range = range, Exponent = exponent }),
        ("xtc", [float threshold]) => new XtcSampler(new XtcOptions { Probability = 1, Threshold = threshold }, seed: 1),
        ("penalties", [float last, float repetition, float frequency, float presence]) => new PenaltySampler(
            new PenaltyOptions { LastTokens = (int)last, Repetition = repetition, Frequency = frequency, Presence = presence }, vocabularySize),
        ("dry", [float multiplier, float @base, float allowedLength, float last]) => new DrySampler(
            new DryOptions
            {
                Multiplier = multiplier,
                Base = @base,
                AllowedLength = (int)allowedLength,
                LastTokens = (int)last,
                SequenceBreakers = [.. @case.GetProperty("breakers").EnumerateArray().Select(breaker => breaker.GetString()!)],
            },
            Tokenizer.Value,
            vocabularySize,
            contextLength: 4096),
        ("mirostat" or "mirostat_v2", [float target, float rate]) => MirostatSampler.Create(
            new MirostatOptions { Version = name == "mirostat" ? 1 : 2, TargetSurprise = target, LearningRate = rate }, vocabularySize),
        _ => throw new InvalidOperationException($"{name} with {settings.Length} settings is not known"),
    };

    // All of them, in the default order.
    private static ISampler[] CreateChain(float[] settings, int vocabularySize)
    {
        GenerationOptions options = new()
        {
            Penalties = new PenaltyOptions
            {
                LastTokens = (int)settings[0], Repetition = settings[1], Frequency = settings[2], Presence = settings[3],
            },
            Dry = new DryOptions
            {
                Multiplier = settings[4], Base = settings[5], AllowedLength = (int)settings[6], LastTokens = (int)settings[7],
            },
            TopNSigma = settings[8],
            TopK = (int)settings[9],
            TypicalP = settings[10],
            TopP = settings[11],
            MinP = settings[12],
            Xtc = new XtcOptions { Probability = 1, Threshold = settings[13] },
            Temperature = settings[14],
            DynamicTemperature = new DynamicTemperatureOptions { Range = settings[15], Exponent = settings[16] },
        };
        options.Validate(vocabularySize);
        return SamplerChain.Create(options, Tokenizer.Value, vocabularySize, contextLength: 4096, seed: 1);
    }

    private static string NameOf(JsonElement @case) => @case.GetProperty("sampler").GetString()!;

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
}
