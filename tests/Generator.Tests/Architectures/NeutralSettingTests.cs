using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>
/// A setting that no recogniser asks for is accepted where its value asks for nothing, and refused by name where it asks for something. That
/// the values ask for nothing, llama.cpp says (EndToEnd.Tests).
/// </summary>
public sealed class NeutralSettingTests
{
    // Any number of GGUF's.
    private static readonly GgufValueType[] NumberTypes =
    [
        GgufValueType.UInt8, GgufValueType.Int8, GgufValueType.UInt16, GgufValueType.Int16, GgufValueType.UInt32, GgufValueType.Int32,
        GgufValueType.UInt64, GgufValueType.Int64, GgufValueType.Float32, GgufValueType.Float64,
    ];

    public static TheoryData<string> Suffixes => [.. NeutralSetting.Known.Select(setting => setting.Suffix).Distinct()];

    [Theory]
    [MemberData(nameof(Suffixes))]
    public void ValuesThatAskForNothingChangeNothing(string suffix)
    {
        TestModel model = ModelWithout(suffix);
        ModelSpec plain = model.Spec;
        foreach ((GgufValueType type, double value) in Neutral(suffix, plain))
        {
            foreach (GgufValueType written in type == GgufValueType.Bool ? [type] : NumberTypes)
            {
                if (Value(written, value) is GgufValue scalar)
                {
                    model.With(Key(model, suffix), scalar).Spec.ShouldBe(plain);
                    model.With(Key(model, suffix), Array(scalar, 4)).Spec.ShouldBe(plain);
                }
            }
        }

        model.With(Key(model, suffix), Array(new GgufValue(GgufValueType.Int32), 0)).Spec.ShouldBe(plain);
    }

    [Theory]
    [MemberData(nameof(Suffixes))]
    public void ValuesThatAskForSomethingAreNamed(string suffix)
    {
        TestModel model = ModelWithout(suffix);
        ModelSpec plain = model.Spec;
        GgufValue[] values =
        [
            .. NeutralSetting.Known.Where(setting => setting.Suffix == suffix).SelectMany(setting => setting.Type == GgufValueType.Bool
                ? [new GgufValue(GgufValueType.Bool, Integer: 1 - (long)setting.Values(plain)[0])]
                : NumberTypes.Select(type => Value(type, setting.Values(plain).Max() + 3)).OfType<GgufValue>()),
            TestModel.Text("some"),
            new GgufValue(GgufValueType.UInt64, Integer: -1),
            TestModel.Real(float.NaN),
        ];
        foreach (GgufValue value in values)
        {
            ShouldBeRefused(model, suffix, value);
            ShouldBeRefused(model, suffix, Array(value, 4));
        }

        // One entry is enough.
        (GgufValueType type, double neutral) = Neutral(suffix, plain).First();
        GgufValue[] entries = [Value(type, neutral)!, values[0]];
        ShouldBeRefused(model, suffix, new GgufValue(
            GgufValueType.Array, Array: new GgufArray(type, 2, new string('0', 64), entries.ToEquatableArray())));
    }

    [Fact]
    public void ANumberIsNoFlagAndAFlagNoNumber()
    {
        ShouldBeRefused(new TestModel(), "attention.causal", TestModel.Integer(1));
        ShouldBeRefused(new TestModel(), "expert_count", new GgufValue(GgufValueType.Bool));
    }

    [Fact]
    public void TheMessageNamesKeyAndValue()
    {
        Problem("attention.causal", new GgufValue(GgufValueType.Bool)).ShouldBe("the model asks for llama.attention.causal = false, which is not supported");
        Problem("rope.scale_linear", TestModel.Real(2)).ShouldBe("the model asks for llama.rope.scale_linear = 2, which is not supported");
        Problem("swiglu_clamp_exp", Array(TestModel.Real(7), 2)).ShouldBe("the model asks for llama.swiglu_clamp_exp = [7, 7], which is not supported");

        static string Problem(string suffix, GgufValue value) =>
            Architecture.Recognise(new TestModel().With("llama." + suffix, value).Header).Problems.ShouldHaveSingleItem().Message;
    }

    /// <summary>What is neutral is what the model computes anyway, so it differs from model to model.</summary>
    [Fact]
    public void TheArchitecturesOwnValueIsNeutral()
    {
        TestModel granite = DecoderTraitTests.Granite();
        granite.With("granite.attn_logit_softcapping", TestModel.Real(0)).Spec.ShouldBe(granite.Spec);
        ModelSpec gemma = new TestModel { ArchitectureName = "gemma" }.Spec;
        new TestModel { ArchitectureName = "gemma" }.With("gemma.embedding_scale", TestModel.Real(8)).Spec.ShouldBe(gemma);
        ShouldBeRefused(new TestModel { ArchitectureName = "gemma" }, "embedding_scale", TestModel.Real(1));
        TestModel refact = new() { ArchitectureName = "refact" };
        refact.With("refact.attention.max_alibi_bias", TestModel.Real(8)).Spec.ShouldBe(refact.Spec);
        ShouldBeRefused(refact, "attention.max_alibi_bias", TestModel.Real(0));
        new TestModel().With("llama.attention.scale", TestModel.Real(0.25f)).Spec.ShouldBe(new TestModel().Spec);
        ShouldBeRefused(new TestModel(), "attention.scale", TestModel.Real(0.5f));
        TestModel plamo = new TestModel
        {
            ArchitectureName = "plamo",
            TensorChanges = [("blk.0.ffn_norm.weight", null), ("blk.1.ffn_norm.weight", null)],
        };
        plamo.With("plamo.use_parallel_residual", new GgufValue(GgufValueType.Bool, Integer: 1)).Spec.ShouldBe(plamo.Spec);
        ShouldBeRefused(plamo, "use_parallel_residual", new GgufValue(GgufValueType.Bool));
    }

    /// <summary>A recogniser that asks for a setting knows by itself which value of it asks for nothing.</summary>
    [Theory]
    [InlineData("embedding_scale", 1f)]
    [InlineData("residual_scale", 1f)]
    public void FactorsOfZeroAreFactorsOfOne(string suffix, float one)
    {
        TestModel granite = DecoderTraitTests.Granite();
        granite.With("granite." + suffix, TestModel.Real(0)).Spec.ShouldBe(granite.With("granite." + suffix, TestModel.Real(one)).Spec);
        granite.With("granite." + suffix, null).Spec.ShouldBe(granite.With("granite." + suffix, TestModel.Real(one)).Spec);
        granite.With("granite.attention.scale", TestModel.Real(0)).Spec.ShouldBe(granite.With("granite.attention.scale", null).Spec);
        Architecture.Recognise(granite.With("granite.logit_scale", TestModel.Real(0)).Header).Problems.ShouldHaveSingleItem().Message
            .ShouldBe("metadata key 'granite.logit_scale' must be a positive number, not 0");
    }

    [Fact]
    public void ACapOfZeroIsNoneButWhereTheModelAlwaysHasOne()
    {
        TestModel gemma3 = DecoderTraitTests.Gemma3(layers: 2);
        gemma3.With("gemma3.final_logit_softcapping", TestModel.Real(0)).Spec.ShouldBe(gemma3.Spec);
        gemma3.With("gemma3.final_logit_softcapping", TestModel.Real(30)).Spec.Head.SoftCap.ShouldBe(30);
        foreach (string key in new[] { "gemma2.attn_logit_softcapping", "gemma2.final_logit_softcapping" })
        {
            Architecture.Recognise(DecoderTraitTests.Gemma2().With(key, TestModel.Real(0)).Header).Problems.ShouldHaveSingleItem().Message
                .ShouldBe($"metadata key '{key}' must be a positive number, not 0");
        }
    }

    /// <summary>A pattern without windows is no news to a model that has none, and asks a model that has some for something else.</summary>
    [Fact]
    public void PatternsOfWindows()
    {
        TestModel gemma2 = DecoderTraitTests.Gemma2(layers: 3);
        Windows(gemma2, TestModel.Integer(2)).ShouldBe([8, 0, 8]);
        Windows(gemma2, TestModel.Integer(3)).ShouldBe([8, 8, 0]);
        Windows(gemma2, TestModel.Integer(1)).ShouldBe([0, 0, 0]);
        ShouldBeRefused(new TestModel(), "attention.sliding_window_pattern", TestModel.Integer(0));

        static int[] Windows(TestModel model, GgufValue pattern) =>
            [.. model.With("gemma2.attention.sliding_window_pattern", pattern).Spec.Layers.Select(layer => layer.Attention().Window)];
    }

    [Fact]
    public void AModelThatRotatesNothingMayHaveAnyRotation()
    {
        TestModel gpt2 = DecoderTraitTests.Gpt2();
        gpt2.With("gpt2.rope.dimension_count", TestModel.Integer(0)).With("gpt2.rope.scaling.factor", TestModel.Real(7)).Spec.ShouldBe(gpt2.Spec);
    }

    // Of the two kinds of norms a model asks for the epsilon of its own.
    private static TestModel ModelWithout(string suffix) =>
        suffix == "attention.layer_norm_rms_epsilon" ? DecoderTraitTests.Gpt2() : new TestModel();

    private static string Key(TestModel model, string suffix) => model.ArchitectureName + "." + suffix;

    private static IEnumerable<(GgufValueType Type, double Value)> Neutral(string suffix, ModelSpec spec) => NeutralSetting.Known
        .Where(setting => setting.Suffix == suffix)
        .SelectMany(setting => setting.Values(spec).Select(value => (setting.Type, value)));

    /// <summary>A number in a type of GGUF's; null where the type has not got it.</summary>
    private static GgufValue? Value(GgufValueType type, double value) => type switch
    {
        GgufValueType.Float32 or GgufValueType.Float64 => new GgufValue(type, Real: value),
        _ when value != Math.Floor(value) => null,
        GgufValueType.UInt8 or GgufValueType.UInt16 or GgufValueType.UInt32 or GgufValueType.UInt64 when value < 0 => null,
        _ => new GgufValue(type, Integer: (long)value),
    };

    private static GgufValue Array(GgufValue entry, int count) => new(GgufValueType.Array, Array: new GgufArray(
        entry.Type, count, new string('0', 64), Enumerable.Repeat(entry, count).ToEquatableArray()));

    private static void ShouldBeRefused(TestModel model, string suffix, GgufValue value)
    {
        SpecProblem problem = Architecture.Recognise(model.With(Key(model, suffix), value).Header).Problems.ShouldHaveSingleItem();
        problem.Kind.ShouldBe(SpecProblemKind.UnsupportedSetting);
        problem.Arguments[0].ShouldBe(Key(model, suffix));
    }
}
