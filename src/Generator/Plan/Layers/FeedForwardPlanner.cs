using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;
using ModelGen.Formats;
using ModelGen.Layout;

namespace ModelGen.Generator.Plan;

/// <summary>Plans the hidden values of a feed-forward network, of one that all tokens take or of all experts.</summary>
internal sealed class FeedForwardPlanner(Kernels kernels, Buffers buffers)
{
    /// <summary>Adds the steps from a network's input to its hidden values.</summary>
    /// <param name="steps">The layer's steps.</param>
    /// <param name="network">The network.</param>
    /// <param name="packed">Its weights.</param>
    /// <param name="prefix">Begin of its fields' names.</param>
    /// <param name="inputOf">What one of its matrices reads.</param>
    /// <param name="experts">The rows, where it stands for all experts; null: the batch's.</param>
    /// <param name="weighsInput">Whether an expert's products are multiplied with its weight.</param>
    /// <returns>The buffer of hidden values.</returns>
    public string Add(
        List<Step> steps,
        FeedForwardSpec network,
        PackedFeedForward packed,
        string prefix,
        Func<PackedMatrix, ProductInput> inputOf,
        ExpertRows? experts = null,
        bool weighsInput = false)
    {
        if (network.HiddenNorm is not NormSpec norm)
        {
            return AddHidden(steps, network, packed, prefix, inputOf, packed.Down.Format.Activation, experts, weighsInput);
        }

        if (experts is not null)
        {
            throw new InvalidOperationException("A norm of the hidden values of experts has no plan.");
        }

        string floats = AddHidden(steps, network, packed, prefix, inputOf, ActivationFormat.Float32, experts, weighsInput);
        steps.Add(new NormPlanner(kernels, buffers, packed.Down.Columns).InPlace(
            prefix + "HiddenNorm", norm, floats, name => new WeightReference(name, 0)));
        return RowQuantizer.Add(steps, kernels, buffers, floats, packed.Down);
    }

    /// <summary>The same without a norm, in a format.</summary>
    private string AddHidden(
        List<Step> steps,
        FeedForwardSpec network,
        PackedFeedForward packed,
        string prefix,
        Func<PackedMatrix, ProductInput> inputOf,
        ActivationFormat format,
        ExpertRows? experts,
        bool weighsInput)
    {
        string hidden = Buffer(prefix + "Hidden" + Kernels.Of(format), "hidden units", format, packed.Down.Columns, experts);
        ActivationPlan activation = PlanActivation(network, packed, prefix, format, packed.Down.Columns, experts is not null, weighsInput);
        if (packed.HasFusedActivation)
        {
            PackedMatrix matrix = packed.Hidden[0];
            steps.Add(new HiddenStep(
                matrix.Name,
                MatrixReference.Of(new WeightReference(matrix.Name, 0), matrix, PackedMatrix.PairedStrips * matrix.Sources.Count, experts?.Used ?? 1),
                kernels.Product(matrix.Format, matrix.Columns, accumulates: false),
                activation,
                inputOf(matrix),
                hidden,
                experts));
            return hidden;
        }

        string[] products = new string[packed.Hidden.Count];
        for (int i = 0; i < products.Length; i++)
        {
            PackedMatrix matrix = packed.Hidden[i];
            products[i] = Buffer(matrix.Name, matrix.Name.ToLowerInvariant() + " values", ActivationFormat.Float32, matrix.PaddedRows, experts);
            steps.Add(Product(matrix, matrix.Name.ToLowerInvariant() + " = W · x̂", inputOf(matrix), products[i], experts));
        }

        if (network.Sparsity != 0)
        {
            steps.Add(new CutStep(products[0], kernels.CutBelow(packed.Down.Columns, network.Sparsity)));
        }

        steps.Add(new ActivationStep(prefix + "Activation", activation, products[0], products[1], hidden, experts));
        return hidden;
    }

    /// <summary>A product of a network's matrix.</summary>
    public MatrixStep Product(PackedMatrix matrix, string equation, ProductInput input, string output, ExpertRows? experts, bool accumulates = false) => new(
        matrix.Name,
        equation,
        MatrixReference.Of(new WeightReference(matrix.Name, 0), matrix, used: experts?.Used ?? 1),
        kernels.Product(matrix.Format, matrix.Columns, accumulates),
        input,
        output,
        OutputColumn: 0,
        experts);

    private string Buffer(string name, string meaning, ActivationFormat format, int columns, ExpertRows? experts) => experts is null
        ? buffers.Add(name, meaning, format, columns)
        : buffers.AddOfExperts(name, meaning, format, columns, experts);

    private ActivationPlan PlanActivation(
        FeedForwardSpec network, PackedFeedForward packed, string prefix, ActivationFormat format, int length, bool isOfExperts, bool weighsInput)
    {
        ActivationFunction function = network.Activation.Function;
        bool isGated = network.Gate is not null;
        bool isPrepared = function == ActivationFunction.Xielu;
        string hidden = function switch
        {
            ActivationFunction.ClampedSwiGlu => "g · σ(1.702 g) · (u + 1), g = min(gate, 7), u = clamp(up, ±7)",
            _ => $"{SymbolOf(function)}({(isGated ? "gate) · up" : "up)")}",
        };
        return new ActivationPlan(
            "hidden = " + hidden,
            kernels.Activate(format, isPrepared ? null : function, isGated, length),
            isPrepared ? kernels.Xielu() : null,
            isGated,
            length,
            Bias("GateBias"),
            Bias("UpBias"),
            packed.HiddenBiases.Count > 0 ? kernels.AddVector() : null,
            weighsInput ? kernels.Multiply() : null,
            format != ActivationFormat.Float32);

        BiasReference? Bias(string role) => packed.HiddenBiases.FirstOrDefault(vector => vector.Name == prefix + role) is PackedVector vector
            ? new BiasReference(new WeightReference(vector.Name, 0), isOfExperts ? vector.PaddedFloats : 0)
            : null;
    }

    private static string SymbolOf(ActivationFunction function) => function switch
    {
        ActivationFunction.Gelu => "gelu",
        ActivationFunction.ExactGelu => "gelu by erf",
        ActivationFunction.SquaredRelu => "relu²",
        ActivationFunction.Xielu => "xielu",
        ActivationFunction.Relu => "relu",
        _ => "silu",
    };
}
