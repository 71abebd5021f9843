using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans a dense network beside a mixture of experts: the steps of each by themselves, on norms of x of their own, and one that adds their
/// normalised outputs.
/// </summary>
internal sealed class DenseAndExpertsPlanner(
    Kernels kernels, Buffers buffers, FeedForwardPlanner feedForwards, ExpertsPlanner experts, NormPlanner norms, int embeddingLength)
{
    // Begin of the names of the buffers that each reads.
    private const string ExpertsPrefix = "Experts";
    private const string RouterPrefix = "Router";

    /// <summary>Adds the steps.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="network">Both networks.</param>
    /// <param name="packed">Their weights.</param>
    /// <param name="inputOf">The buffer that a matrix of the dense one reads.</param>
    /// <param name="target">Buffer of the sum.</param>
    public void Add(
        List<Step> steps, DenseAndExpertsSpec network, PackedDenseAndExperts packed, Func<PackedMatrix, string> inputOf, string target)
    {
        PackedFeedForward dense = packed.Dense;
        string hidden = feedForwards.Add(steps, network.Dense, dense, "", matrix => new ProductInput(inputOf(matrix)));
        steps.Add(feedForwards.Product(dense.Down, "branch = W · hidden", new ProductInput(hidden), target, experts: null));

        string output = buffers.Add("ExpertsBranch", "what the experts add to the branch", ActivationFormat.Float32, embeddingLength);
        AddNorm(RouterPrefix, network.RouterNorm, packed.Experts.Router);
        AddNorm(ExpertsPrefix, network.ExpertsNorm, packed.Experts.Experts.Inputs);
        experts.Add(steps, network.Experts, packed.Experts, InputOf, output);
        steps.Add(new JoinStep(
            target,
            output,
            embeddingLength,
            norms.InPlace("DensePostNorm", network.DensePostNorm, target, Field),
            norms.InPlace("ExpertsPostNorm", network.ExpertsPostNorm, output, Field),
            kernels.AddVector()));

        void AddNorm(string prefix, NormSpec norm, IEnumerable<PackedMatrix> readers) =>
            steps.Add(norms.Of(prefix + "Norm", norm, prefix, readers.Select(matrix => matrix.Format.Activation), Field));

        string InputOf(PackedMatrix matrix) => packed.Experts.Router.Contains(matrix)
            ? NormPlanner.BufferOf(RouterPrefix, network.RouterNorm, matrix.Format.Activation)
            : NormPlanner.BufferOf(ExpertsPrefix, network.ExpertsNorm, matrix.Format.Activation);
    }

    private static WeightReference Field(string name) => new(name, 0);
}
