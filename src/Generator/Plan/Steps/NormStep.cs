using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Generator.Plan;

/// <summary>What the next matrices read: x normalised, in each of their formats, or x itself in those that are not floats.</summary>
/// <param name="Name">Name of the step's job, e.g. AttentionNorm.</param>
/// <param name="Equation">What it computes, for the reader.</param>
/// <param name="Weight">Where the norm's weights lie; null where it has none.</param>
/// <param name="Bias">Where its biases lie; null where it has none.</param>
/// <param name="Outputs">A kernel and its buffer for each format.</param>
internal sealed record NormStep(
    string Name, string Equation, WeightReference? Weight, WeightReference? Bias, EquatableArray<NormOutput> Outputs) : Step(Name, Equation)
{
    /// <summary>What an output reads may be an earlier one.</summary>
    public override EquatableArray<BufferUse> Uses
    {
        get
        {
            string[] written = [.. Outputs.Select(output => output.Buffer)];
            string[] read = [.. Outputs.Select(output => output.Source).Distinct()];
            return read.Where(source => !written.Contains(source)).Select(BufferUse.Read)
                .Concat(Outputs.Select(output => output.Buffer == output.Source ? BufferUse.Update(output.Buffer) : BufferUse.Write(output.Buffer)))
                .ToEquatableArray();
        }
    }
}

/// <summary>One format of a norm's result.</summary>
/// <param name="Kernel">Kernel that writes it.</param>
/// <param name="Arguments">What the kernel reads beside its source.</param>
/// <param name="Source">Buffer that it reads.</param>
/// <param name="Buffer">Buffer that receives it.</param>
/// <param name="Format">What the buffer's rows are made of, for the reader.</param>
internal sealed record NormOutput(string Kernel, NormArguments Arguments, string Source, string Buffer, ActivationFormat Format);

/// <summary>What a norm's kernel reads beside its source.</summary>
internal enum NormArguments
{
    /// <summary>Nothing: it quantises what is normalised already.</summary>
    None,

    /// <summary>The weights.</summary>
    Weight,

    /// <summary>The weights and the biases, each of which may be missing.</summary>
    WeightAndBias,
}
