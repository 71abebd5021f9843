using System;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Recorded logits prove that a setting is read right only where another value of it gives other logits: each does, in the text that they were
/// recorded for, by more than what answers may differ by.
/// </summary>
public sealed class SettingTests
{
    // Ten times the bound of float models, or twice that of models with GELU, whatever the model.
    private const double Least = 4e-3;

    // llama.cpp reads these for Mistral 3 and not for Llama, and so do we: the recorded answer proves that they change nothing.
    private static readonly string[] WithoutMeaning = ["llama-yarn-attn rope.scaling.yarn_beta_fast", "llama-yarn-attn rope.scaling.yarn_beta_slow"];

    public static TheoryData<string, string> Settings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (DecoderPreset preset in DecoderPresets.All)
            {
                foreach ((string name, _) in preset.Settings)
                {
                    data.Add(preset.Name, name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Presets => [.. DecoderPresets.All.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Another_value_of_a_setting_gives_other_logits(string name, string setting)
    {
        DecoderPreset preset = DecoderPresets.Find(name);
        DecoderPreset other = preset with
        {
            Settings = [.. preset.Settings.Select(pair => pair.Name == setting ? (pair.Name, Another(pair.Value)) : pair)],
        };
        double difference = Difference(preset, other);
        Console.Error.WriteLine($"SHOW {name} {setting} {difference:E1}");
        if (WithoutMeaning.Contains($"{name} {setting}"))
        {
            difference.ShouldBe(0);
        }
        else
        {
            difference.ShouldBeGreaterThan(Least);
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Another_epsilon_gives_other_logits(string name)
    {
        DecoderPreset preset = DecoderPresets.Find(name);
        Difference(preset, preset with { Epsilon = 2 * preset.Epsilon }).ShouldBeGreaterThan(Least);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Another_base_of_the_rotation_gives_other_logits(string name)
    {
        DecoderPreset preset = DecoderPresets.Find(name);
        double difference = preset.RotaryBase is float rotaryBase ? Difference(preset, preset with { RotaryBase = rotaryBase / 2 }) : 1;
        Console.Error.WriteLine($"SHOW {name} base {difference:E1}");
    }

    private static object Another(object value) => value switch
    {
        int number => 4 * number,
        float number => number == 0 ? 8f : number / 2,
        bool flag => !flag,
        string => "none",
        float[] numbers => numbers.Select(number => number / 2).ToArray(),
        _ => throw new ArgumentException($"There is no other value of {value}.", nameof(value)),
    };

    /// <summary>How far apart the logits of two models are whose weights are the same.</summary>
    private static double Difference(DecoderPreset preset, DecoderPreset other)
    {
        LogitAnswer answer = GoldenModel.Find(preset.Name).ReadAnswer();
        double[][] expected = Evaluate(preset);
        float[][] found = [.. Evaluate(other).Select(row => row.Select(logit => (float)logit).ToArray())];
        return LogitErrors.Of(found, expected).RootMeanSquare;

        double[][] Evaluate(DecoderPreset decoder)
        {
            string path = TemporaryFiles.Write("setting.gguf", DecoderWriter.Write(decoder, FormatMix.Floats));
            double[][] logits = new ReferenceModel(path, quantizesActivations: false, decoder.ContextLength).Evaluate(answer.Tokens);
            TemporaryFiles.Delete(path);
            return answer.AtPositions(logits);
        }
    }
}
