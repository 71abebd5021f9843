using System;

namespace ModelGen.Architectures;

/// <summary>
/// How an architecture differs from the decoder that most language models are: in each block RMSNorm, grouped-query attention with rotary
/// embedding, RMSNorm, a feed-forward network gated by SiLU, each added to the residual stream. The defaults are that decoder.
/// </summary>
internal sealed record DecoderTraits
{
    /// <summary>The setting that says how many layers a model has.</summary>
    public const string UsualLayerCount = "block_count";

    /// <summary>The setting that says how many layers this one has.</summary>
    public string LayerCount { get; init; } = UsualLayerCount;

    /// <summary>The encoder of another text that each layer looks at behind its own; null: there is none.</summary>
    public DecoderTraits? Source { get; init; }

    /// <summary>Begin of the names of all layers' tensors.</summary>
    public string LayerPrefix { get; init; } = "blk.";

    /// <summary>Which two elements of a head a rotation turns; null: none is.</summary>
    public RotaryPairing? Pairing { get; init; } = RotaryPairing.Halves;

    /// <summary>Whether a layer rotates queries and keys.</summary>
    public Func<int, bool> Rotates { get; init; } = _ => true;

    /// <summary>Whether scores have a learned bias by distance (<see cref="DistanceBiasSpec"/>).</summary>
    public bool HasDistanceBias { get; init; }

    /// <summary>Matrix of what the heads give.</summary>
    public string AttentionOutput { get; init; } = "attn_output";

    /// <summary>Whether a layer sees attention.sliding_window keys only.</summary>
    public Func<int, bool> HasWindow { get; init; } = _ => false;

    /// <summary>Whether windows stand still: a layer sees those keys of its chunk.</summary>
    public bool HasChunks { get; init; }

    /// <summary>Scores of each head beside those of its keys.</summary>
    public Presence Sinks { get; init; } = Presence.Absent;

    /// <summary>Keys of a window where the file does not say; 0: layers have none then.</summary>
    public int DefaultWindow { get; init; }

    /// <summary>Keys of a window whatever the file says; null: it says it.</summary>
    public int? FixedWindow { get; init; }

    /// <summary>Base of the rotation of layers with a window; null: as the others.</summary>
    public float? WindowRotaryBase { get; init; }

    /// <summary>Whether heads of layers with a window have a length of their own: attention.key_length_swa, rotated by rope.dimension_count_swa.</summary>
    public bool HasWindowHeads { get; init; }

    /// <summary>Whether heads and hidden units may be of a number of their own in each layer.</summary>
    public bool DiffersByLayer { get; init; }

    /// <summary>Whether some layers may have no heads, and so no attention, and some no hidden units, and so no network; DiffersByLayer then.</summary>
    public bool MayLackParts { get; init; }

    /// <summary>
    /// Leading layers with keys and values of their own; the others read those of the last of them but one, if they have a window, else of the last.
    /// null: all have their own.
    /// </summary>
    public int? LayersWithKeys { get; init; }

    /// <summary>Whether values may be the keys before their norm and rotation: attn_v is missing then.</summary>
    public bool MayTakeKeysForValues { get; init; }

    /// <summary>Whether each value head is normalised, without weights.</summary>
    public bool HasValueNorm { get; init; }

    /// <summary>Floats that each layer gets of a token beside x; 0: none.</summary>
    public int PerLayerLength { get; init; }

    /// <summary>Whether the residual stream is several of which one goes through the layers (<see cref="AltUpSpec"/>).</summary>
    public bool HasAltUp { get; init; }

    /// <summary>Rank of the branch beside each mixer (<see cref="LaurelSpec"/>); 0: there is none.</summary>
    public int LaurelRank { get; init; }

    /// <summary>See <see cref="FeedForwardSpec.Sparsity"/>, a layer.</summary>
    public Func<int, float> Sparsity { get; init; } = _ => 0;

    /// <summary>How often x goes through all layers.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>Whether x is normalised before each round but the first.</summary>
    public bool NormsRounds { get; init; }

    /// <summary>What x is multiplied with behind a layer: layer_output_scale.</summary>
    public Presence OutputScale { get; init; } = Presence.Absent;

    /// <summary>Whether rope_freqs.weight may divide the rotation's angles.</summary>
    public bool MayStretchRotation { get; init; }

    /// <summary>YaRN's ramp where the file does not say where it is; null: it is the paper's, whatever the file says.</summary>
    public YarnSpec? YarnRamp { get; init; }

    /// <summary>Factor of the base of the rotation.</summary>
    public double RotaryBaseFactor { get; init; } = 1;

    /// <summary>
    /// Whether yarn_log_multiplier m says how much sharper scores become, by (1 + m · ln(factor))², and rotated elements do not grow where it stands.
    /// </summary>
    public bool YarnScalesScores { get; init; }

    /// <summary>Kind of all norms but those of heads.</summary>
    public NormKind Norm { get; init; } = NormKind.RootMeanSquare;

    /// <summary>Whether norms have weights.</summary>
    public bool HasNormWeights { get; init; } = true;

    /// <summary>Whether norms have biases.</summary>
    public Presence NormBias { get; init; } = Presence.Absent;

    /// <summary>ε where it stands under no key.</summary>
    public float? NormEpsilon { get; init; }

    /// <summary>Norm before attention; null: none.</summary>
    public string? AttentionNorm { get; init; } = "attn_norm";

    /// <summary>Norm of attention's output; null: none.</summary>
    public string? AttentionPostNorm { get; init; }

    /// <summary>Norm before the feed-forward network; null: none.</summary>
    public string? FeedForwardNorm { get; init; } = "ffn_norm";

    /// <summary>Whether its weights have no ".weight" behind their name.</summary>
    public bool HasBareFeedForwardNorm { get; init; }

    /// <summary>Norm of the feed-forward network's output; null: none.</summary>
    public string? FeedForwardPostNorm { get; init; }

    /// <summary>Whether the weights of norms behind branches have no ".weight" behind their name.</summary>
    public bool HasBarePostNorms { get; init; }

    /// <summary>Whether attention is a latent one (<see cref="LatentAttentionSpec"/>).</summary>
    public bool HasLatents { get; init; }

    /// <summary>What the blocks are made of.</summary>
    public BlockForm Form { get; init; } = BlockForm.MixerAndNetwork;

    /// <summary>Whether any layer has an attention; else nothing is asked that is said of one.</summary>
    public bool HasAttention { get; init; } = true;

    /// <summary>Reader of the mixers that are no attention; null: all are one.</summary>
    public Func<HeaderQuery, DecoderShape, IMixerReader>? Recurrent { get; init; }

    /// <summary>Which layers have such a mixer; null: those for which attention.head_count_kv is 0. Without attention all have.</summary>
    public Func<int, bool>? IsRecurrent { get; init; }

    /// <summary>Reader of networks of another kind than the usual one and mixtures of experts; null: they are those.</summary>
    public Func<HeaderQuery, DecoderShape, INetworkReader>? Network { get; init; }

    /// <summary>Behind every so many-th layer x is halved; 0: behind none.</summary>
    public int HalvedEvery { get; init; }

    /// <summary>Norm behind the last block; null: none.</summary>
    public string? OutputNorm { get; init; } = "output_norm";

    /// <summary>Whether it is an encoder: a token sees the whole text, and what comes out are vectors.</summary>
    public bool IsEncoder { get; init; }

    /// <summary>Which vector a score is made of where the file asks for one; null: an encoder's first, or a decoder's last token's.</summary>
    public PoolingKind? RankPooling { get; init; }

    /// <summary>Activation of the first of two layers that make a score.</summary>
    public VectorFunction RankFunction { get; init; } = VectorFunction.Tanh;

    /// <summary>Norm of x behind the mixer's branch; null: none.</summary>
    public string? MixerSumNorm { get; init; }

    /// <summary>Norm of the sum of that and of what the mixer read; null: there is none.</summary>
    public string? SecondMixerSumNorm { get; init; }

    /// <summary>Which layers have the norm before attention, where there is one.</summary>
    public Func<int, bool> NormsMixers { get; init; } = _ => true;

    /// <summary>Norm of x behind the feed-forward network's branch; null: none.</summary>
    public string? FeedForwardSumNorm { get; init; }

    /// <summary>Embedding of which text a token is of, as many as tokenizer.ggml.token_type_count says.</summary>
    public Presence TokenTypes { get; init; } = Presence.Absent;

    /// <summary>Whether both branches of a block read the same x.</summary>
    public bool IsParallel { get; init; }

    /// <summary>Biases of queries, keys and values.</summary>
    public Presence ProjectionBias { get; init; } = Presence.Absent;

    /// <summary>Where the gate of the attention's output stands.</summary>
    public AttentionGate Gate { get; init; } = AttentionGate.None;

    /// <summary>Norm of what the heads give, before the output matrix; null: none.</summary>
    public string? HeadOutputNorm { get; init; }

    /// <summary>Norm of a network's hidden values; null: none.</summary>
    public string? HiddenNorm { get; init; }

    /// <summary>Bias of attention's output.</summary>
    public Presence OutputBias { get; init; } = Presence.Absent;

    /// <summary>Biases of the feed-forward network.</summary>
    public Presence FeedForwardBias { get; init; } = Presence.Absent;

    /// <summary>Bias of the logits.</summary>
    public Presence LogitBias { get; init; } = Presence.Absent;

    /// <summary>Norms of queries and keys.</summary>
    public Presence HeadNorm { get; init; } = Presence.Absent;

    /// <summary>Their kind.</summary>
    public NormKind HeadNormKind { get; init; } = NormKind.RootMeanSquare;

    /// <summary>Which layers have them, where there are any.</summary>
    public Func<int, bool> NormsHeads { get; init; } = _ => true;

    /// <summary>Whether they have weights.</summary>
    public bool HasHeadNormWeights { get; init; } = true;

    /// <summary>Whether they have biases.</summary>
    public Presence HeadNormBias { get; init; } = Presence.Absent;

    /// <summary>What they run over.</summary>
    public HeadNormExtent HeadNormExtent { get; init; } = HeadNormExtent.Head;

    /// <summary>Whether they come after the rotation.</summary>
    public bool NormsHeadsAfterRotation { get; init; }

    /// <summary>The activation of a layer's feed-forward network.</summary>
    public Func<int, ActivationSpec> Activation { get; init; } = _ => new ActivationSpec(ActivationFunction.Silu);

    /// <summary>Whether it is gated. Gate and up may be one tensor, gate first.</summary>
    public bool IsGated { get; init; } = true;

    /// <summary>Hidden units of the feed-forward network; null: feed_forward_length.</summary>
    public int? HiddenLength { get; init; }

    /// <summary>Mixtures of experts in place of feed-forward networks; null: there are none.</summary>
    public ExpertTraits? Experts { get; init; }

    /// <summary>Whether nextn_predict_layers of the layers may be for guessing tokens further ahead, which is left out.</summary>
    public bool MayPredictAhead { get; init; }

    /// <summary>Learned embedding of positions.</summary>
    public Presence Positions { get; init; } = Presence.Absent;

    /// <summary>Whether the embedding is normalised before the first block.</summary>
    public bool HasEmbeddingNorm { get; init; }

    /// <summary>Factor of the embedding.</summary>
    public float EmbeddingScale { get; init; } = 1f;

    /// <summary>Factor of each branch of a block.</summary>
    public float ResidualScale { get; init; } = 1f;

    /// <summary>Factor of q·k; null: 1/√d.</summary>
    public float? ScoreScale { get; init; }

    /// <summary>Bound of the scores; 0: none.</summary>
    public float ScoreSoftCap { get; init; }

    /// <summary>Largest slope of attention's linear biases, as an exponent; 0: none.</summary>
    public float MaxBias { get; init; }

    /// <summary>Bound of queries, keys and values; 0: none.</summary>
    public float Clamp { get; init; }

    /// <summary>How queries grow with their position; null: they do not.</summary>
    public TemperatureSpec? Temperature { get; init; }

    /// <summary>Factor of the logits.</summary>
    public float LogitScale { get; init; } = 1f;

    /// <summary>Bound of the logits; 0: none.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Whether the output matrix may be the embedding.</summary>
    public bool MayTieOutput { get; init; } = true;
}
