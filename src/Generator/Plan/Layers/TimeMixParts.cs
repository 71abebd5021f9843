using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans what the time mixings of RWKV have in common, and channel mixing.</summary>
/// <param name="kernels">The model's kernels.</param>
/// <param name="buffers">Its buffers.</param>
internal sealed class TimeMixParts(Kernels kernels, Buffers buffers)
{
    /// <summary>A step of mixtures of tokens with those before them.</summary>
    /// <param name="name">Name of the step.</param>
    /// <param name="input">Buffer of the tokens, in floats.</param>
    /// <param name="length">Floats of a token.</param>
    /// <param name="state">Field of the layer's place in a sequence's fixed state.</param>
    /// <param name="shifts">Fields of the shifts, a mixture each, that end with Shift.</param>
    /// <param name="offsets">Buffer of the offsets; null: there are none.</param>
    /// <param name="leavesState">Whether it is the last step that reads the state.</param>
    public TokenShiftStep Shift(
        string name, string input, int length, string state, IEnumerable<string> shifts, string? offsets = null, bool leavesState = true) => new(
        name,
        length,
        input,
        shifts.Select(shift => new Mixture(shift, buffers.Add(
            "Mixed" + shift.Substring(0, shift.Length - "Shift".Length), "a mixture of two tokens", ActivationFormat.Float32, length))).ToEquatableArray(),
        offsets,
        state,
        leavesState,
        kernels.Of(
            offsets is null ? "TokenShift" : "TokenShiftOffset",
            "TokenShift",
            [Kernels.Constant("HasOffset", offsets is not null)]));

    /// <summary>What a matrix reads of a buffer of floats.</summary>
    public string InputOf(List<Step> steps, string buffer, PackedMatrix matrix) => RowQuantizer.Add(steps, kernels, buffers, buffer, matrix);

    /// <summary>Adds the first product of a low-rank function.</summary>
    /// <returns>The buffer of it.</returns>
    public string AddDown(List<Step> steps, string input, PackedMatrix down)
    {
        string output = buffers.Add(down.Name, "what stands between the factors of a low-rank function", ActivationFormat.Float32, down.Rows);
        steps.Add(MatrixStep.Of(kernels, down, "ranks = W · x̂", InputOf(steps, input, down), output));
        return output;
    }

    /// <summary>A part of a step between both factors.</summary>
    public SquashedPart Squashed(string buffer, int length, bool isTanh) => new(
        buffer, length, isTanh, kernels.Of(isTanh ? "Tanh" : "Sigmoid", "Squash", [Kernels.Constant("IsTanh", isTanh)]));

    /// <summary>What becomes of a head's output.</summary>
    /// <param name="heads">The heads.</param>
    /// <param name="norm">Its norm; null: none.</param>
    /// <param name="hasBonus">Whether the token's own value is added.</param>
    /// <param name="gate">First of the gates in the buffer of inputs; null: there are none.</param>
    /// <param name="isSilu">Whether SiLU of a gate is taken.</param>
    public FinishPlan Finish(TimeMixHeads heads, NormSpec? norm, bool hasBonus, int? gate, bool isSilu)
    {
        string normed = norm is null ? "o" : "norm(o)";
        string own = hasBonus ? $"({normed} + v · Σ r · k · bonus)" : normed;
        return new FinishPlan(
            own + (gate is null ? "" : isSilu ? " · SiLU(gate)" : " · gate"),
            norm is not null,
            hasBonus,
            gate,
            kernels.Of(
                "FinishTimeMix",
                "FinishTimeMix",
                [
                    Kernels.Constant("Dimension", heads.Dimension),
                    Kernels.Constant("Epsilon", norm?.Epsilon ?? 0f),
                    Kernels.Constant("HasNorm", norm is not null),
                    Kernels.Constant("HasBonus", hasBonus),
                    Kernels.Constant("HasGate", gate is not null),
                    Kernels.Constant("IsSilu", isSilu),
                ]));
    }

    /// <summary>A kernel of a recurrence whose columns are those of a head, some vectors of them at a time.</summary>
    public string Recurrence(string kernelFile, TimeMixHeads heads, string inputs, string output) => kernels.Of(
        kernelFile,
        kernelFile,
        [
            Kernels.Constant("Dimension", heads.Dimension),
            Kernels.Constant("InputPitch", buffers.RowFloatsOf(inputs)),
            Kernels.Constant("OutputPitch", buffers.RowFloatsOf(output)),
        ],
        VectorWidth.All.Select(width =>
        {
            int vectors = heads.Dimension / width.Lanes;
            int most = KernelFile.Get(kernelFile).Tile('v', width);
            return new KernelRepeat('v', width, Enumerable.Range(1, most).Last(count => vectors % count == 0));
        }));
}
