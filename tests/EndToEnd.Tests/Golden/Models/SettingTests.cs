using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Recorded answers prove that a setting is read right only where another value of it gives others: each does, in the text that they
/// were recorded for, by more than what answers may differ by.
/// </summary>
public sealed class SettingTests
{
    // Times the bound of the model.
    private const double LeastFactor = 2;

    // What two evaluations of the same model may differ by, one rounded to float32.
    private const double Nothing = 1e-6;

    // llama.cpp does not read these where they stand, and neither do we: the recorded answers prove that they change nothing.
    private static readonly string[] WithoutMeaning =
    [
        "llama-yarn-attn rope.scaling.yarn_beta_fast", "llama-yarn-attn rope.scaling.yarn_beta_slow",
        "stablelm use_parallel_residual", "stablelm-parallel use_parallel_residual", "phimoe rope.scaling.original_context_length",
        "nemotron_h attention.layer_norm_epsilon", "nemotron_h_moe attention.layer_norm_epsilon",
        "grok-2 router_logit_softcapping", "grok-2 attention.temperature_length",

        // Its windows are of 4096 keys, whatever it says, but for 0.
        "smallthinker attention.sliding_window",
    ];

    // They say which tensors there are and how large: with another value the file would not be whole. Sections mean nothing in a text.
    private static readonly string[] OfShapes =
    [
        "leading_dense_block_count", "interleave_moe_layer_step", "expert_shared_count", "expert_shared_feed_forward_length",
        "rope.dimension_sections", "attention.q_lora_rank", "moe_every_n_layers",
    ];

    // Has the settings of a rotation and none.
    private const string WithoutRotation = "baichuan-40-layers";

    private static IEnumerable<DecoderPreset> Presets => DecoderPresets.All.Concat(EncoderPresets.All);

    public static TheoryData<string, string> Settings
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (DecoderPreset preset in Presets)
            {
                foreach ((string name, _) in preset.Settings.Where(setting => !OfShapes.Contains(setting.Name)))
                {
                    data.Add(preset.Name, name);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> WithEpsilon =>
        [.. Presets.Where(preset => preset.Epsilon > DecoderPresets.WithoutEpsilon).Select(preset => preset.Name)];

    public static TheoryData<string> Rotated =>
        [.. Presets.Where(preset => preset.RotaryBase is not null).Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void AnotherValueOfASettingGivesOtherLogits(string name, string setting)
    {
        DecoderPreset preset = GoldenModel.Find(name).Preset;
        DecoderPreset other = preset with
        {
            Settings = [.. preset.Settings.Select(pair => pair.Name == setting ? (pair.Name, Another(setting, pair.Value)) : pair)],
        };
        Check(preset, other, shows: !WithoutMeaning.Contains($"{name} {setting}"));
    }

    [Theory]
    [MemberData(nameof(WithEpsilon))]
    public void AnotherEpsilonGivesOtherLogits(string name)
    {
        DecoderPreset preset = GoldenModel.Find(name).Preset;
        Check(preset, preset with { Epsilon = 2 * preset.Epsilon });
    }

    [Theory]
    [MemberData(nameof(Rotated))]
    public void AnotherBaseOfTheRotationGivesOtherLogits(string name)
    {
        DecoderPreset preset = GoldenModel.Find(name).Preset;
        Check(preset, preset with { RotaryBase = preset.RotaryBase / 2 }, shows: name != WithoutRotation);
    }

    private static object Another(string setting, object value) => value switch
    {
        1 when setting is "expert_gating_func" => 2,
        int number when setting is "expert_gating_func" or "expert_group_used_count" => number - 1,
        int number when setting is "expert_group_count" => number / 2,
        int number when setting is "wkv.head_size" => number / 2,
        int number => 64 * number,
        float number => number == 0 ? 8f : number / 2,
        bool flag => !flag,
        string => "none",
        float[] numbers => numbers.Select(number => number / 2).ToArray(),
        _ => throw new ArgumentException($"There is no other value of {value}.", nameof(value)),
    };

    private static void Check(DecoderPreset preset, DecoderPreset other, bool shows = true)
    {
        GoldenModel golden = GoldenModel.Find(preset.Name);
        LogitAnswer answer = golden.ReadAnswer();
        float[][] changed = [.. Evaluate(other).Select(row => row.Select(logit => (float)logit).ToArray())];
        double difference = LogitErrors.Of(changed, Evaluate(preset)).RootMeanSquare;
        if (shows)
        {
            difference.ShouldBeGreaterThan(LeastFactor * LogitBounds.Of(golden.WriteFile()));
        }
        else
        {
            difference.ShouldBeLessThan(Nothing);
        }

        double[][] Evaluate(DecoderPreset decoder)
        {
            string path = TemporaryFiles.Write("setting.gguf", DecoderWriter.Write(decoder, FormatMix.Floats));
            double[][] logits = new ReferenceModel(path, quantizesActivations: false, decoder.ContextLength).Evaluate(answer.Tokens);
            TemporaryFiles.Delete(path);
            return answer.AtPositions(logits);
        }
    }
}
