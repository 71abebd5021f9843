using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>
/// Plans mixtures of experts. Rows are sorted by expert, so that an expert's weights are read once for all rows that take it; a single row reads
/// those of its experts alone. The sum over a row's experts is taken in the order of their choice.
/// </summary>
internal sealed class ExpertsPlanner(Kernels kernels, Buffers buffers, FeedForwardPlanner feedForwards, int embeddingLength)
{
    private const string ExpertPrefix = "Expert";
    private const string SharedPrefix = "Shared";
    private const string Gathered = "Gathered";

    private readonly List<ExpertPattern> _patterns = [];

    /// <summary>How rows go to experts.</summary>
    public EquatableArray<ExpertPattern> Patterns => _patterns.ToEquatableArray();

    /// <summary>Adds the steps of a mixture of experts.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="network">The mixture.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="inputOf">The buffer that one of its matrices reads.</param>
    /// <param name="target">Buffer that its output is added to: x, or one that is written.</param>
    /// <param name="routed">The router's products, where steps before these make them.</param>
    public void Add(
        List<Step> steps, ExpertsSpec network, PackedExperts packed, Func<PackedMatrix, string> inputOf, string target, RouterProducts? routed = null)
    {
        RouterSpec router = network.Router;
        var rows = new ExpertRows(PatternOf(router), router.Experts, router.Used);
        RouterProducts products = routed ?? AddRouter(steps, network, packed, inputOf);
        AddRoute(steps, router, products, rows);
        AddGather(steps, packed, inputOf, rows);

        string hidden = feedForwards.Add(
            steps, network.Experts, packed.Experts, ExpertPrefix, matrix => new ProductInput(GatheredOf(matrix), inputOf(matrix)), rows, router.WeighsInput);
        PackedMatrix down = packed.Experts.Down;
        string outputs = buffers.AddOfExperts("ExpertOutputs", "outputs of experts", ActivationFormat.Float32, down.PaddedRows, rows);
        steps.Add(feedForwards.Product(down, "output = W · hidden", new ProductInput(hidden), outputs, rows));

        // What all rows take: added by its matrix, or here behind its gate.
        string? sharedHidden = packed.Shared is null
            ? null
            : feedForwards.Add(steps, network.Shared!, packed.Shared, SharedPrefix, matrix => new ProductInput(inputOf(matrix)));
        bool isGated = network.SharedGate is not null;
        SharedOutput? combined = null;
        if (packed.Shared is not null && (isGated || network.SharedScale != 1f))
        {
            string output = buffers.Add("SharedOutput", "output of the network that all tokens take", ActivationFormat.Float32, packed.Shared.Down.PaddedRows);
            steps.Add(feedForwards.Product(packed.Shared.Down, "shared = W · hidden", new ProductInput(sharedHidden!), output, experts: null));
            combined = new SharedOutput(output, isGated ? products.Logits : null, products.GateColumn, network.SharedScale);
        }

        PackedVector? bias = packed.Experts.DownBias.FirstOrDefault();
        steps.Add(new CombineStep(
            Equation(target, bias is not null, router.WeighsInput, combined),
            embeddingLength,
            rows,
            outputs,
            target,
            bias is null ? null : new BiasReference(new WeightReference(bias.Name, 0), bias.PaddedFloats),
            kernels.AddVector(),
            kernels.AddScaled(),
            !router.WeighsInput,
            combined));
        if (packed.Shared is PackedFeedForward shared && combined is null)
        {
            string sum = target == ResidualStep.Output ? "x += W · hidden" : "branch += W · hidden";
            steps.Add(feedForwards.Product(shared.Down, sum, new ProductInput(sharedHidden!), target, experts: null, accumulates: true));
        }
    }

    /// <summary>Adds the router's products.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="network">The mixture.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="inputOf">The buffer that one of its matrices reads.</param>
    public RouterProducts AddRouter(List<Step> steps, ExpertsSpec network, PackedExperts packed, Func<PackedMatrix, string> inputOf)
    {
        RouterSpec router = network.Router;
        int products = packed.Router.Sum(matrix => matrix.PaddedRows);
        string logits = buffers.Add(
            "RouterLogits", "products of the router, and room to choose by them", ActivationFormat.Float32, products + Kernels.RouteFloats(router));
        int column = 0;
        int gateColumn = 0;
        foreach (PackedMatrix matrix in packed.Router)
        {
            string input = router.ReadsLayerInput ? "x" : "x̂";
            steps.Add(MatrixStep.Of(kernels, matrix, "router = W · " + input, inputOf(matrix), logits, column));
            int gate = matrix.Sources.ToList().FindIndex(source => source.Role == "SharedGate");
            gateColumn = gate < 0 ? gateColumn : column + matrix.FirstRowOf(gate);
            column += matrix.PaddedRows;
        }

        return new RouterProducts(logits, products, gateColumn);
    }

    /// <summary>What is chosen by them.</summary>
    private void AddRoute(List<Step> steps, RouterSpec router, RouterProducts routed, ExpertRows rows)
    {
        string used = router.Used.ToString(CultureInfo.InvariantCulture);
        string experts = router.Experts.ToString(CultureInfo.InvariantCulture);
        string gating = router.Gating switch
        {
            GatingFunction.Sigmoid => "p = σ(router)",
            GatingFunction.SquareRootOfSoftplus => "p = √ln(1 + e^router)",
            GatingFunction.SoftmaxOfChosen => "p = softmax(router) over the chosen",
            _ => "p = softmax(router)",
        };
        string groups = router.Groups == 1 ? "" : $" in the {router.UsedGroups} best of {router.Groups} groups";
        steps.Add(new RouteStep(
            $"the best {used} of {experts} experts{groups}, {gating}",
            routed.Logits,
            rows,
            routed.Columns,
            kernels.Route(router),
            router.Bias is null ? null : "RouterBias",
            router.Bias is null ? null : kernels.AddVector(),
            router.SelectionBias is null ? null : "SelectionBias",
            router.ProductScale,
            router.ProductScale == 1f ? null : kernels.Multiply(),
            router.OutputScales is null ? null : "ExpertScales"));
    }

    private void AddGather(List<Step> steps, PackedExperts packed, Func<PackedMatrix, string> inputOf, ExpertRows rows)
    {
        var copies = new List<GatheredBuffer>();
        foreach (PackedMatrix matrix in packed.Experts.Hidden)
        {
            ActivationFormat format = matrix.Format.Activation;
            string target = buffers.AddOfExperts(GatheredOf(matrix), "inputs of experts", format, matrix.Columns, rows);
            if (copies.All(copy => copy.Target != target))
            {
                copies.Add(new GatheredBuffer(inputOf(matrix), target));
            }
        }

        steps.Add(new GatherStep(rows, copies.ToEquatableArray()));
    }

    private static string GatheredOf(PackedMatrix matrix) => Gathered + Kernels.Of(matrix.Format.Activation);

    private static string Equation(string target, bool hasBias, bool weighsInput, SharedOutput? shared)
    {
        string output = hasBias ? "(output + bias)" : "output";
        string also = shared is null ? "" : shared.GateBuffer is null ? " + factor · shared" : " + σ(gate) · shared";
        string sum = $"Σ {(weighsInput ? output : "p · " + output)} over a row's experts{also}";
        return target == ResidualStep.Output ? "x += " + sum : "branch = " + sum;
    }

    private int PatternOf(RouterSpec router)
    {
        var pattern = new ExpertPattern(router.Experts, router.Used);
        int index = _patterns.IndexOf(pattern);
        if (index < 0)
        {
            index = _patterns.Count;
            _patterns.Add(pattern);
        }

        return index;
    }
}

/// <summary>Where the products of a router are.</summary>
/// <param name="Logits">Their buffer.</param>
/// <param name="Columns">Products of a row, behind which there is room to choose by them.</param>
/// <param name="GateColumn">That of the shared network's gate.</param>
internal sealed record RouterProducts(string Logits, int Columns, int GateColumn);
