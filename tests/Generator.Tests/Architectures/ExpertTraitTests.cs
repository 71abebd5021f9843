using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>
/// Mixtures of experts as they are read and laid out. That every architecture has the right ones, the answers of llama.cpp test (EndToEnd.Tests).
/// </summary>
public sealed class ExpertTraitTests
{
    private const int Experts = 8;
    private const int Hidden = 64;
    private const int Shared = 128;

    /// <summary>Three layers, the first without experts, and behind them what guesses a token ahead.</summary>
    private static TestModel Bailing => Model("bailingmoe2")
        .With("bailingmoe2.expert_shared_count", TestModel.Integer(2))
        .With("bailingmoe2.expert_gating_func", TestModel.Integer(2))
        .With("bailingmoe2.expert_group_count", TestModel.Integer(4))
        .With("bailingmoe2.expert_group_used_count", TestModel.Integer(2))
        .With("bailingmoe2.nextn_predict_layers", TestModel.Integer(1));

    [Fact]
    public void StacksAreReadByExpert()
    {
        ModelSpec spec = Bailing.Spec;
        spec.Layers.Count.ShouldBe(2);
        spec.Layers[0].Network.ShouldBeOfType<FeedForwardSpec>();
        ExpertsSpec experts = spec.Layers[1].Network.ShouldBeOfType<ExpertsSpec>();
        experts.Router.ShouldBe(new RouterSpec(
            Experts,
            2,
            GatingFunction.Sigmoid,
            new TensorSpec("blk.1.ffn_gate_inp.weight", TestModel.F32, 64, Experts),
            Bias: null,
            SelectionBias: null,
            Groups: 4,
            UsedGroups: 2));
        experts.Experts.Gate.ShouldBe(new TensorSpec("blk.1.ffn_gate_exps.weight", TestModel.Q8_0, 64, Hidden, Count: Experts, Pitch: 64 * Hidden));
        experts.Experts.Gate!.PitchBytes.ShouldBe(64 * Hidden / 32 * 34);
        experts.Experts.Down.ShouldBe(new TensorSpec("blk.1.ffn_down_exps.weight", TestModel.Q8_0, Hidden, 64, Count: Experts, Pitch: 64 * Hidden));
        experts.Shared!.Up.Rows.ShouldBe(Shared);
    }

    [Fact]
    public void GateAndUpMayBeOneTensor()
    {
        TestModel model = Bailing
            .WithoutTensor("blk.1.ffn_gate_exps.weight")
            .WithoutTensor("blk.1.ffn_up_exps.weight")
            .With(TestModel.Tensor("blk.1.ffn_gate_up_exps.weight", TestModel.Q8_0, 64, 2 * Hidden, Experts));
        var experts = (ExpertsSpec)model.Spec.Layers[1].Network!;
        experts.Experts.Gate.ShouldBe(new TensorSpec("blk.1.ffn_gate_up_exps.weight", TestModel.Q8_0, 64, Hidden, Count: Experts, Pitch: 2 * 64 * Hidden));
        experts.Experts.Up.ShouldBe(experts.Experts.Gate! with { First = 64 * Hidden });
    }

    [Fact]
    public void MatricesOfAStackStandBehindEachOther()
    {
        ModelSpec spec = Bailing.Spec;
        PackedExperts packed = WeightLayout.Create(spec).Layers[1].Network.ShouldBeOfType<PackedExperts>();
        packed.Router.ShouldHaveSingleItem().Rows.ShouldBe(Experts);
        PackedMatrix gateUp = packed.Experts.Hidden.ShouldHaveSingleItem();
        gateUp.Name.ShouldBe("ExpertGateUp");
        gateUp.Count.ShouldBe(Experts);
        gateUp.Rows.ShouldBe(2 * Hidden);
        gateUp.Length.ShouldBe(Experts * gateUp.MatrixBytes);
        packed.Shared!.Down.Name.ShouldBe("SharedDown");
    }

    /// <summary>A token reads the experts that it takes, not all.</summary>
    [Fact]
    public void ATokenCostsItsExperts()
    {
        ModelPlan plan = Bailing.Plan;
        PackedExperts packed = (PackedExperts)WeightLayout.Create(plan.Spec).Layers[1].Network!;
        long expert = packed.Experts.Hidden[0].MatrixBytes + packed.Experts.Down.MatrixBytes;
        plan.TokenCost.ExpertBytes.ShouldBe(2 * expert);
        plan.TokenCost.AllExpertBytes.ShouldBe(Experts * expert);
        plan.TokenCost.WeightBytes.ShouldBeLessThan(plan.WeightBytes - (Experts - 2) * expert);
        plan.ExpertPatterns.ShouldBe([new ExpertPattern(Experts, 2)]);
    }

    /// <summary>Each row makes as many rows as it takes experts, and behind those of each expert is room for what a tile writes.</summary>
    [Fact]
    public void BuffersHaveRoomForEveryRowOfEveryExpert()
    {
        ModelPlan plan = Bailing.Plan;
        int most = plan.BatchRows * 2 + Experts * ProductRows.MostSurplus;
        foreach (string name in new[] { "GatheredWords", "ExpertHiddenWords", "ExpertOutputs" })
        {
            plan.Buffer(name).Rows.ShouldBe(most, name);
        }
    }

    [Theory]
    [InlineData("expert_used_count", 9, "is 9, and there are 8 experts")]
    [InlineData("expert_gating_func", 5, "is 5; it must be 1 (softmax), 2 (sigmoid), 3 (softmax over the chosen experts) or 4 (square root of softplus)")]
    [InlineData("expert_gating_func", 0, "is 0; it must be 1 (softmax), 2 (sigmoid), 3 (softmax over the chosen experts) or 4 (square root of softplus)")]
    [InlineData("expert_group_count", 3, "is 3; groups of 8 experts must be equal, and of 2 experts at least")]
    [InlineData("expert_group_count", 8, "is 8; groups of 8 experts must be equal, and of 2 experts at least")]
    [InlineData("expert_group_used_count", 5, "is 5 of 4, which leaves no 2 experts of 8 to choose")]
    [InlineData("nextn_predict_layers", 3, "is 3, and block_count, which counts them, is 3")]
    [InlineData("expert_count", 0, "must be from 1 to 16777216, not 0")]
    public void SettingsThatDoNotFitTogetherAreNamed(string key, int value, string problem) =>
        Problems(Bailing.With("bailingmoe2." + key, TestModel.Integer(value))).ShouldContain($"metadata key 'bailingmoe2.{key}' {problem}");

    [Fact]
    public void AnExpertMoreThanTheTensorsHaveIsNamed() =>
        Problems(Bailing.With("bailingmoe2.expert_count", TestModel.Integer(12)))
            .ShouldContain("tensor 'blk.1.ffn_gate_exps.weight' has shape [64, 64, 8] where the metadata ask for [64, 64, 12]");

    [Fact]
    public void TwoFormatsOfActivationsAreGatheredBoth()
    {
        ModelPlan plan = Bailing.With(TestModel.Tensor("blk.1.ffn_up_exps.weight", TestModel.F16, 64, Hidden, Experts)).Plan;
        GatherStep gather = plan.Jobs.Select(job => job.Step).OfType<GatherStep>().ShouldHaveSingleItem();
        gather.Copies.Select(copy => copy.Target).ShouldBe(["GatheredWords", "Gathered"]);
        plan.Jobs.Select(job => job.Step).OfType<ActivationStep>().ShouldHaveSingleItem().Name.ShouldBe("ExpertActivation");
    }

    private static IEnumerable<string> Problems(TestModel model) => Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message);

    private static TestModel Model(string architecture)
    {
        TestModel model = new TestModel { ArchitectureName = architecture, Layers = 3 }
            .With(architecture + ".leading_dense_block_count", TestModel.Integer(1))
            .With(architecture + ".expert_count", TestModel.Integer(Experts))
            .With(architecture + ".expert_used_count", TestModel.Integer(2))
            .With(architecture + ".expert_feed_forward_length", TestModel.Integer(Hidden));
        for (int layer = 0; layer < 3; layer++)
        {
            string prefix = $"blk.{layer}.";
            model = model
                .With(TestModel.Tensor(prefix + "attn_q_norm.weight", TestModel.F32, 16))
                .With(TestModel.Tensor(prefix + "attn_k_norm.weight", TestModel.F32, 16));
            if (layer == 0)
            {
                continue;
            }

            model = new[] { "gate", "up", "down" }.Aggregate(model, (changed, name) => changed.WithoutTensor($"{prefix}ffn_{name}.weight"))
                .With(TestModel.Tensor(prefix + "ffn_gate_inp.weight", TestModel.F32, 64, Experts));
            foreach (string name in new[] { "gate", "up" })
            {
                model = model
                    .With(TestModel.Tensor($"{prefix}ffn_{name}_exps.weight", TestModel.Q8_0, 64, Hidden, Experts))
                    .With(TestModel.Tensor($"{prefix}ffn_{name}_shexp.weight", TestModel.Q8_0, 64, Shared));
            }

            model = model
                .With(TestModel.Tensor(prefix + "ffn_down_exps.weight", TestModel.Q8_0, Hidden, 64, Experts))
                .With(TestModel.Tensor(prefix + "ffn_down_shexp.weight", TestModel.Q8_0, Shared, 64));
        }

        return model;
    }
}
