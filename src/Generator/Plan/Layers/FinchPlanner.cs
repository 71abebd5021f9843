using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans the time mixing of RWKV-6: a mixture of a token with the one before it, the mixtures that follow from it, their products, and the recurrence
/// with what comes behind it, head by head.
/// </summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
/// <param name="state">What its layers remember.</param>
internal sealed class FinchPlanner(Kernels kernels, Buffers buffers, StatePlanner state)
{
    private const string ShiftState = "TimeShiftState";
    private const string HeadState = "TimeMixState";

    // In the order of their offsets.
    private static readonly string[] Shifts = ["DecayShift", "KeyShift", "ValueShift", "ReceptanceShift", "OutputGateShift"];

    private readonly TimeMixParts _parts = new(kernels, buffers);

    /// <summary>See <see cref="MixerPlanner.Add"/>.</summary>
    public (string Output, StateField[] Fields) Add(List<Step> steps, FinchSpec finch, PackedFinch packed, string input)
    {
        TimeMixHeads heads = finch.Heads;
        var shiftState = new StateField(ShiftState, state.AddFixed((long)heads.Length * sizeof(float)));
        string offsets = AddOffsets(steps, packed, heads, input);
        TokenShiftStep shift = _parts.Shift("TimeShift", input, heads.Length, ShiftState, Shifts, offsets);
        steps.Add(shift);

        string decay = _parts.AddDown(steps, shift.Mixtures[0].Buffer, packed.Decay.Down);
        steps.Add(new SquashStep(new[] { _parts.Squashed(decay, packed.Decay.Down.Rows, isTanh: true) }.ToEquatableArray()));
        PackedMatrix[] matrices = [packed.Key, packed.Value, packed.Receptance, packed.OutputGate, packed.Decay.Up];
        string[] inputs = [.. shift.Mixtures.Skip(1).Select(mixture => mixture.Buffer), decay];
        (string projections, IReadOnlyDictionary<string, int> columns, _) = Projections.Add(
            steps,
            kernels,
            buffers,
            matrices,
            "keys, values, receptances, gates and decays of all heads",
            matrix => _parts.InputOf(steps, inputs[matrices.ToList().IndexOf(matrix)], matrix));

        string output = buffers.Add("TimeMixed", "outputs of all heads of a time mixing", ActivationFormat.Float32, heads.Length);
        var headState = new StateField(HeadState, state.AddFixed((long)heads.Length * heads.Dimension * sizeof(float)));
        steps.Add(new FinchStep(
            heads,
            new TimeMixInputs(projections, columns["Receptance"], columns["DecayUp"], columns["Key"], columns["Value"]),
            HeadState,
            output,
            _parts.Recurrence("Finch", heads, projections, output),
            _parts.Finish(heads, finch.Norm, hasBonus: false, columns["OutputGate"], isSilu: true)));
        return (output, [shiftState, headState]);
    }

    /// <summary>The offsets of all mixtures, which follow from a mixture of their own.</summary>
    private string AddOffsets(List<Step> steps, PackedFinch packed, TimeMixHeads heads, string input)
    {
        TokenShiftStep shift = _parts.Shift("OffsetShift", input, heads.Length, ShiftState, ["OffsetShift"], leavesState: false);
        steps.Add(shift);
        string ranks = _parts.AddDown(steps, shift.Mixtures[0].Buffer, packed.OffsetDown);
        steps.Add(new SquashStep(new[] { _parts.Squashed(ranks, packed.OffsetDown.Rows, isTanh: true) }.ToEquatableArray()));
        string offsets = buffers.Add("Offsets", "offsets of all mixtures", ActivationFormat.Float32, FinchSpec.Offsets * heads.Length);
        steps.Add(HeadMatrixStep.Of(
            kernels,
            packed.OffsetUp,
            "offsets = W · ranks of each mixture",
            RowQuantizer.AddOfHeads(steps, kernels, buffers, ranks, packed.OffsetUp, FinchSpec.Offsets),
            offsets,
            heads.Length,
            FinchSpec.Offsets,
            isPart: false));
        return offsets;
    }
}
