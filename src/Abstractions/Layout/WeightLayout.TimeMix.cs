using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Layout;

/// <content>Time and channel mixing of RWKV.</content>
internal sealed partial record WeightLayout
{
    private static PackedGoose Goose(Placer placer, GooseSpec goose) => new(
        placer.Vectors(
        [
            ("ReceptanceShift", goose.Receptance.Shift),
            ("DecayShift", goose.Decay.Shift),
            ("KeyShift", goose.Key.Shift),
            ("ValueShift", goose.Value.Shift),
            ("RateShift", goose.Rate.Shift),
            ("OutputGateShift", goose.Gate?.Shift),
            ("DecayBias", goose.Decay.Bias),
            ("RateBias", goose.Rate.Bias),
            ("ValueMixBias", goose.ValueMix?.Bias),
            ("RemovalScale", goose.Vectors.RemovalScale),
            ("KeyScale", goose.Vectors.KeyScale),
            ("Bonus", goose.Vectors.Bonus),
            .. Norm("HeadNorm", goose.Norm),
        ]).ToEquatableArray(),
        placer.Matrix(("Receptance", goose.Receptance.Weight)),
        placer.Matrix(("Key", goose.Key.Weight)),
        placer.Matrix(("Value", goose.Value.Weight)),
        LowRank(placer, "Decay", goose.Decay),
        LowRank(placer, "Rate", goose.Rate),
        goose.ValueMix is null ? null : LowRank(placer, "ValueMix", goose.ValueMix),
        goose.Gate is null ? null : LowRank(placer, "OutputGate", goose.Gate),
        placer.Matrix(("TimeMixOutput", goose.Output)));

    private static PackedFinch Finch(Placer placer, FinchSpec finch) => new(
        placer.Vectors(
        [
            ("OffsetShift", finch.OffsetShift),
            ("DecayShift", finch.Decay.Shift),
            ("KeyShift", finch.Key.Shift),
            ("ValueShift", finch.Value.Shift),
            ("ReceptanceShift", finch.Receptance.Shift),
            ("OutputGateShift", finch.Gate.Shift),
            ("DecayBias", finch.Decay.Bias),
            ("Bonus", finch.Bonus),
            .. Norm("HeadNorm", finch.Norm),
        ]).ToEquatableArray(),
        placer.Matrix(("OffsetDown", finch.OffsetDown)),
        placer.Matrix(("OffsetUp", finch.OffsetUp)),
        LowRank(placer, "Decay", finch.Decay),
        placer.Matrix(("Key", finch.Key.Weight)),
        placer.Matrix(("Value", finch.Value.Weight)),
        placer.Matrix(("Receptance", finch.Receptance.Weight)),
        placer.Matrix(("OutputGate", finch.Gate.Weight)),
        placer.Matrix(("TimeMixOutput", finch.Output)));

    private static PackedLowRank LowRank(Placer placer, string name, LowRankSpec lowRank) =>
        new(placer.Matrix((name + "Down", lowRank.Down)), placer.Matrix((name + "Up", lowRank.Up)));

    private static PackedChannelMix ChannelMix(Placer placer, ChannelMixSpec mix) => new(
        placer.Vectors([("HiddenShift", mix.Shift), ("ChannelReceptanceShift", mix.Receptance?.Shift)]).ToEquatableArray(),
        FeedForward(placer, "", mix.Network),
        mix.Receptance is null ? null : placer.Matrix(("ChannelReceptance", mix.Receptance.Weight)));
}
