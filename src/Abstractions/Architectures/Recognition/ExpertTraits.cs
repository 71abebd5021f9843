using System;

namespace ModelGen.Architectures;

/// <summary>
/// How an architecture's mixture of experts differs from the usual one: softmax over all experts, the best are taken and weighed by what it
/// gives them, and each is a feed-forward network gated by SiLU.
/// </summary>
internal sealed record ExpertTraits
{
    /// <summary>Whether a layer has experts; else it has a feed-forward network that all tokens take.</summary>
    public Func<int, bool> HasExperts { get; init; } = _ => true;

    /// <summary>Hidden units of an expert; null: expert_feed_forward_length, or where that is missing feed_forward_length.</summary>
    public int? HiddenLength { get; init; }

    /// <summary>From the router's logits to weights.</summary>
    public GatingFunction Gating { get; init; } = GatingFunction.Softmax;

    /// <summary>Whether the weights of the chosen experts are divided by their sum.</summary>
    public bool Normalises { get; init; }

    /// <summary>Factor of the weights.</summary>
    public float Scale { get; init; } = 1f;

    /// <summary>Whether an expert's input is weighed, instead of its output.</summary>
    public bool WeighsInput { get; init; }

    /// <summary>What is added to the weights to choose the experts.</summary>
    public Presence SelectionBias { get; init; } = Presence.Absent;

    /// <summary>Biases of the router and of each expert's matrices.</summary>
    public Presence Bias { get; init; } = Presence.Absent;

    /// <summary>Factor of the router's products.</summary>
    public float RouterScale { get; init; } = 1f;

    /// <summary>What an expert's output is multiplied with beside its weight.</summary>
    public Presence OutputScales { get; init; } = Presence.Absent;

    /// <summary>Whether a dense network with norms of its own stands beside the experts (<see cref="DenseAndExpertsSpec"/>).</summary>
    public bool HasDenseBeside { get; init; }

    /// <summary>Whether the router reads what the layer begins with (<see cref="RouterSpec.ReadsLayerInput"/>).</summary>
    public bool RoutesLayerInput { get; init; }

    /// <summary>Name of what is added to choose.</summary>
    public string SelectionBiasName { get; init; } = "exp_probs_b.bias";

    /// <summary>Hidden units of the network that every token takes beside its experts; 0: there is none.</summary>
    public int SharedLength { get; init; }

    /// <summary>End of the names of its tensors.</summary>
    public string SharedSuffix { get; init; } = "_shexp";

    /// <summary>Factor of its output.</summary>
    public float SharedScale { get; init; } = 1f;

    /// <summary>Whether that network's output is multiplied with σ of a product of its own.</summary>
    public bool GatesShared { get; init; }

    /// <summary>Experts in all layers but the leading ones: leading_dense_block_count.</summary>
    public static ExpertTraits BehindLeading(HeaderQuery header)
    {
        int leading = header.SizeOrZero("leading_dense_block_count");
        return new ExpertTraits { HasExperts = layer => layer >= leading };
    }

    /// <summary>The same, with gating, normalising and scale as the file says.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="gating">The gating where the file does not say; null: it must say it.</param>
    public static ExpertTraits AsTheFileSays(HeaderQuery header, GatingFunction? gating) => BehindLeading(header) with
    {
        Gating = ReadGating(header, gating),
        Normalises = header.Flag("expert_weights_norm", fallback: false),
        Scale = header.Factor("expert_weights_scale", 1f),
    };

    /// <summary>The same experts where their output and that of the network beside them are added times a factor; without such a network there is none.</summary>
    public ExpertTraits WithSumScaled(float factor) => SharedLength == 0 ? this : this with { Scale = factor * Scale, SharedScale = factor };

    /// <summary>How weights come from the router's logits: expert_gating_func, where the file has it.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="fallback">What it is where the file does not say; null: it must say it.</param>
    public static GatingFunction ReadGating(HeaderQuery header, GatingFunction? fallback)
    {
        const string Key = "expert_gating_func";
        int number = header.SizeOrZero(Key);
        if (number == 0 && fallback is GatingFunction known)
        {
            return known;
        }

        if (!Enum.IsDefined(typeof(GatingFunction), number))
        {
            header.Refuse(Key, $"is {number}; it must be 1 (softmax), 2 (sigmoid), 3 (softmax over the chosen experts) or 4 (square root of softplus)");
            return GatingFunction.Softmax;
        }

        return (GatingFunction)number;
    }
}
