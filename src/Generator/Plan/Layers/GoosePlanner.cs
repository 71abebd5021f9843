using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans the time mixing of RWKV-7: mixtures of a token with the one before it, the products and low-rank functions of them, and the recurrence
/// with what comes before and behind it, head by head.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
internal sealed class GoosePlanner(Kernels kernels, Buffers buffers, StatePlanner state)
{
    private const string ShiftState = "TimeShiftState";
    private const string HeadState = "TimeMixState";

    private readonly TimeMixParts _parts = new(kernels, buffers);

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(List<Step> steps, GooseSpec goose, PackedGoose packed, string input)
    {
        TimeMixHeads heads = goose.Heads;
        var shiftState = new StateField(ShiftState, state.AddFixed((long)heads.Length * sizeof(float)));
        string[] shifts = [.. packed.Vectors.Select(vector => vector.Name).Where(name => name.EndsWith("Shift", StringComparison.Ordinal))];
        TokenShiftStep shift = _parts.Shift("TimeShift", input, heads.Length, ShiftState, shifts);
        steps.Add(shift);

        var inputs = new Dictionary<PackedMatrix, string>
        {
            [packed.Receptance] = MixedBy("ReceptanceShift"),
            [packed.Key] = MixedBy("KeyShift"),
            [packed.Value] = MixedBy("ValueShift"),
        };
        AddDown(packed.Decay, "DecayShift");
        AddDown(packed.Rate, "RateShift");
        AddDown(packed.ValueMix, "ValueShift");
        AddDown(packed.Gate, "OutputGateShift");
        SquashedPart decay = _parts.Squashed(inputs[packed.Decay.Up], packed.Decay.Down.Rows, isTanh: true);
        steps.Add(new SquashStep((packed.Gate is PackedLowRank gate
            ? new[] { decay, _parts.Squashed(inputs[gate.Up], gate.Down.Rows, isTanh: false) }
            : [decay]).ToEquatableArray()));

        PackedMatrix[] matrices = [packed.Receptance, packed.Key, packed.Value, packed.Decay.Up, packed.Rate.Up];
        (string projections, IReadOnlyDictionary<string, int> columns, int end) = Projections.Add(
            steps,
            kernels,
            buffers,
            [.. matrices, .. new[] { packed.ValueMix?.Up, packed.Gate?.Up }.OfType<PackedMatrix>()],
            "receptances, keys, values, decays, rates and gates of all heads, and what is removed",
            matrix => _parts.InputOf(steps, inputs[matrix], matrix),
            room: heads.Length);

        string first = buffers.Add("FirstValues", "values of the first layer", ActivationFormat.Float32, heads.Length);
        string output = buffers.Add("TimeMixed", "outputs of all heads of a time mixing", ActivationFormat.Float32, heads.Length);
        var headState = new StateField(HeadState, state.AddFixed((long)heads.Length * heads.Dimension * sizeof(float)));
        steps.Add(new GooseStep(
            heads,
            new TimeMixInputs(projections, columns["Receptance"], columns["DecayUp"], columns["Key"], columns["Value"]),
            HeadState,
            output,
            _parts.Recurrence("Goose", heads, projections, output),
            _parts.Finish(heads, goose.Norm, hasBonus: true, packed.Gate is null ? null : columns["OutputGateUp"], isSilu: false),
            columns["RateUp"],
            Removal: end,
            packed.ValueMix is null ? null : columns["ValueMixUp"],
            first,
            kernels.Of(
                packed.ValueMix is null ? "PrepareFirstGoose" : "PrepareGoose",
                "PrepareGoose",
                [Kernels.Constant("Dimension", heads.Dimension), Kernels.Constant("IsFirst", packed.ValueMix is null)])));
        return (output, [shiftState, headState]);

        string MixedBy(string name) => shift.Mixtures.First(mixture => mixture.Shift == name).Buffer;

        void AddDown(PackedLowRank? lowRank, string name)
        {
            if (lowRank is not null)
            {
                inputs[lowRank.Up] = _parts.AddDown(steps, MixedBy(name), lowRank.Down);
            }
        }
    }
}
