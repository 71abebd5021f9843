using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>What norms of a decoder are.</summary>
internal enum Norms
{
    RootMeanSquare,
    RootMeanSquareWithBiases,
    Layer,
    LayerWithoutBiases,
}

/// <summary>What norms query and key heads have.</summary>
internal enum HeadNorms
{
    None,

    /// <summary>One norm over each head.</summary>
    Each,

    /// <summary>One norm over all heads at once.</summary>
    All,

    /// <summary>A norm for each head, with weights of its own.</summary>
    Own,
}

/// <summary>How the feed-forward network begins.</summary>
internal enum Gates
{
    /// <summary>A gate and a projection.</summary>
    Split,

    /// <summary>Both in one matrix.</summary>
    Fused,

    /// <summary>A projection without a gate.</summary>
    None,
}

/// <summary>A mixture of experts in place of a feed-forward network.</summary>
/// <param name="Count">Experts.</param>
/// <param name="Used">Experts that a token takes.</param>
internal sealed record ExpertsPreset(int Count, int Used)
{
    /// <summary>Hidden units of an expert; it is written as expert_feed_forward_length.</summary>
    public int? Hidden { get; init; }

    /// <summary>Leading layers without experts.</summary>
    public int Leading { get; init; }

    /// <summary>Of the others, every so many-th has experts.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Hidden units of the network that all tokens take; 0: there is none.</summary>
    public int Shared { get; init; }

    /// <summary>It is behind a gate.</summary>
    public bool IsSharedGated { get; init; }

    /// <summary>End of the names of its tensors.</summary>
    public string SharedSuffix { get; init; } = "_shexp";

    public bool HasSelectionBias { get; init; }

    public string SelectionBiasName { get; init; } = "exp_probs_b.bias";

    /// <summary>Biases of the router and of each expert's matrices.</summary>
    public bool HasBiases { get; init; }

    /// <summary>Gate and up of an expert are one matrix.</summary>
    public bool IsFused { get; init; }

    /// <summary>All of its weights and biases are 0.</summary>
    public bool IsRouterEmpty { get; init; }

    public bool Has(int layer) => layer >= Leading && (layer + 1) % Step == 0;
}

/// <summary>Numbers of each layer's own.</summary>
/// <param name="Heads">Query heads; 0: no attention.</param>
/// <param name="KeyValueHeads">Key/value heads.</param>
/// <param name="Hidden">Hidden units of the network; 0: none.</param>
internal sealed record LayerSizes(int[] Heads, int[] KeyValueHeads, int[] Hidden);

/// <summary>A latent attention.</summary>
/// <param name="Rank">Floats of the latent.</param>
/// <param name="KeyLength">Floats of a head's query that meet it.</param>
/// <param name="RotaryLength">Floats that are rotated.</param>
/// <param name="ValueLength">Floats of a head's output.</param>
internal sealed record LatentPreset(int Rank, int KeyLength, int RotaryLength, int ValueLength)
{
    /// <summary>Floats of what queries are products of; 0: of x.</summary>
    public int QueryRank { get; init; }

    /// <summary>A head's matrices of keys and of values are one tensor.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>Gated delta rules in most layers, and gated attention in the others, or latent attention where each element of a key decays by itself.</summary>
internal sealed record DeltaRulePreset
{
    /// <summary>As in Kimi Linear: each element of a key has a decay, and what is apart there is apart; KeyHeads and ValueHeads mean nothing.</summary>
    public bool DecaysElements { get; init; }

    public int KeyHeads { get; init; } = 2;

    public int ValueHeads { get; init; } = 4;

    /// <summary>Floats of a head.</summary>
    public int Dimension { get; init; } = 16;

    /// <summary>Every so many-th layer has attention.</summary>
    public int Interval { get; init; } = 4;

    /// <summary>Whether each layer has a rule, where the file says so of each.</summary>
    public bool[]? IsRecurrent { get; init; }

    /// <summary>What belongs to a key head stands together in matrices of all of them: β and decays.</summary>
    public bool HasGroups { get; init; }

    /// <summary>And queries, keys, values and gates too.</summary>
    public bool IsPacked { get; init; }

    public bool Has(int layer) => IsRecurrent?[layer] ?? (layer + 1) % Interval != 0;
}

/// <summary>State spaces of some layers. What they are is written as settings (<c>ssm.</c>) and tensors.</summary>
/// <param name="Layers">Which layers have one.</param>
/// <param name="Channels">ssm.inner_size.</param>
/// <param name="StateLength">ssm.state_size.</param>
/// <param name="Heads">ssm.time_step_rank: heads, or the rank of what steps follow from.</param>
internal sealed record StateSpacePreset(int[] Layers, int Channels, int StateLength, int Heads)
{
    /// <summary>ssm.group_count; 0: B, C and steps follow from the convolved input, as in the first Mamba.</summary>
    public int Groups { get; init; }

    /// <summary>B, C and what steps follow from have norms with weights.</summary>
    public bool HasSelectionNorms { get; init; }

    /// <summary>
    /// As in PLaMo 2: heads and no groups; rows of gates and inputs alternate, head by head; B, C and steps follow from the convolved input, behind norms.
    /// </summary>
    public bool Alternates { get; init; }

    /// <summary>The gated output has a norm.</summary>
    public bool HasNorm { get; init; } = true;

    public bool HasFilterBias { get; init; } = true;

    /// <summary>No layer has an attention or a feed-forward network.</summary>
    public bool IsAlone { get; init; }

    /// <summary>The layers have an attention beside it.</summary>
    public bool IsBesideAttention { get; init; }
}

/// <summary>
/// A decoder, by what its GGUF file differs in from that of a small Llama model: two layers, RMSNorm, grouped-query attention with
/// rotation, a gated network. Widths are those of the float models; <see cref="DecoderWriter"/> widens them for formats of longer blocks.
/// </summary>
/// <param name="Name">The model's name.</param>
/// <param name="Architecture">general.architecture.</param>
internal sealed record DecoderPreset(string Name, string Architecture)
{
    // Five windows of the models that have them, two tiles of most kernels, and no multiple of any.
    private const int UsualTextLength = 41;

    /// <summary>Tokens of a text of a model whose states go through all of it: a prompt of two batches, with the end of a page in it.</summary>
    public const int RecurrentTextLength = 300;

    public int Layers { get; init; } = 2;

    public int Embedding { get; init; } = 64;

    public int Heads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    /// <summary>Heads and hidden units of each layer, where layers differ.</summary>
    public LayerSizes? Sizes { get; init; }

    public int HeadDimension { get; init; } = 16;

    public int Hidden { get; init; } = 128;

    /// <summary>feed_forward_length, over the width of the network.</summary>
    public int HiddenFactor { get; init; } = 1;

    public int ContextLength { get; init; } = 2048;

    /// <summary>Of the norms; larger than that of real models, so that it shows.</summary>
    public float Epsilon { get; init; } = 0.01f;

    /// <summary>Latent attention in place of the usual one; null: it is that.</summary>
    public LatentPreset? Latent { get; init; }

    /// <summary>The layers that are convolutions over three tokens.</summary>
    public int[] Convolutions { get; init; } = [];

    /// <summary>Gated delta rules; null: there are none.</summary>
    public DeltaRulePreset? DeltaRule { get; init; }

    /// <summary>Tokens of the text that its answer is recorded for.</summary>
    public int TextLength { get; init; } = UsualTextLength;

    /// <summary>State spaces in some layers; null: there are none.</summary>
    public StateSpacePreset? StateSpace { get; init; }

    /// <summary>Time mixing in place of attention; null: there is none.</summary>
    public TimeMixPreset? TimeMix { get; init; }

    /// <summary>No layer has an attention, and all layers are alike.</summary>
    public bool IsWithoutAttention => StateSpace is { IsAlone: true } || TimeMix is not null;

    /// <summary>The layers that are a feed-forward network and nothing else, in models whose other layers are a mixer and nothing else.</summary>
    public int[]? NetworksAlone { get; init; }

    /// <summary>Name of the norm before the output matrix.</summary>
    public string OutputNorm { get; init; } = "output_norm";

    /// <summary>The output head is the token embedding.</summary>
    public bool IsTied { get; init; }

    public bool HasOutputBias { get; init; }

    /// <summary>Learned positions.</summary>
    public bool HasPositions { get; init; }

    public bool HasEmbeddingNorm { get; init; }

    public Norms Norms { get; init; } = Norms.RootMeanSquare;

    /// <summary>The norms before the branches and the last one have weights.</summary>
    public bool HasOutputNorm { get; init; } = true;

    public bool HasAttentionNorm { get; init; } = true;

    public bool HasSecondAttentionNorm { get; init; }

    /// <summary>Name of the norm before the feed-forward network; null where there is none.</summary>
    public string? FeedForwardNorm { get; init; } = "ffn_norm";

    /// <summary>Norms behind both branches.</summary>
    public bool HasPostNorms { get; init; }

    /// <summary>Norms of what the heads give and of hidden values, before the matrices behind them.</summary>
    public bool HasSubNorms { get; init; }

    /// <summary>A matrix of its own for the gate of the attention's output.</summary>
    public bool HasOutputGate { get; init; }

    /// <summary>Weights of that of the attention.</summary>
    public string AttentionPostNorm { get; init; } = "post_attention_norm.weight";

    /// <summary>Weights of that of the network.</summary>
    public string FeedForwardPostNorm { get; init; } = "post_ffw_norm.weight";

    public HeadNorms HeadNorms { get; init; }

    /// <summary>Queries, keys and values come from one matrix.</summary>
    public bool HasFusedQueries { get; init; }

    public bool HasQueryBiases { get; init; }

    public bool HasAttentionOutputBias { get; init; }

    /// <summary>A score of each head beside those of its keys.</summary>
    public bool HasSinks { get; init; }

    public Gates Gate { get; init; } = Gates.Split;

    public bool HasFeedForwardBiases { get; init; }

    /// <summary>Mixtures of experts in some layers; null: there are none.</summary>
    public ExpertsPreset? Experts { get; init; }

    /// <summary>What makes it an encoder; null: it is a decoder.</summary>
    public EncoderPreset? Encoder { get; init; }

    /// <summary>What its layers differ in as those of Gemma 4 and 3n do; null: in nothing of it.</summary>
    public GemmaPreset? Gemma { get; init; }

    /// <summary>Base of the rotation; null where nothing is rotated.</summary>
    public float? RotaryBase { get; init; } = 10000;

    /// <summary>Elements of a head that are rotated, where not all of them are.</summary>
    public int? RotaryDimensions { get; init; }

    /// <summary>Factors that the frequencies of the rotation are divided by.</summary>
    public bool HasRotaryFactors { get; init; }

    /// <summary>Short and long factors of LongRoPE.</summary>
    public bool HasLongRotaryFactors { get; init; }

    /// <summary>The file says how long heads are.</summary>
    public bool HasHeadLengthKeys { get; init; }

    /// <summary>More settings; an int is a uint32. The architecture goes in front of the name unless it begins with a dot.</summary>
    public (string Name, object Value)[] Settings { get; init; } = [];

    /// <summary>The same with another setting, or another value of one, under another name; its weights are those of that name.</summary>
    public DecoderPreset With(string name, string setting, object value) => this with
    {
        Name = name,
        Settings = [.. Settings.Where(pair => pair.Name != setting), (setting, value)],
    };
}
