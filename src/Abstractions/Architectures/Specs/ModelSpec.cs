using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// What a model computes, in words that no architecture owns. A recogniser reads it off a GGUF header; the weight layout, the plan
/// and the emitted code follow from it alone.
/// </summary>
/// <param name="Architecture">general.architecture.</param>
/// <param name="Name">general.name, or the architecture where the file has none.</param>
/// <param name="ContextLength">Tokens that the model was trained on.</param>
/// <param name="EmbeddingLength">Floats of the residual stream x.</param>
/// <param name="VocabularySize">Tokens of the vocabulary = rows of the output matrix.</param>
/// <param name="Embedding">From a token to x.</param>
/// <param name="Scores">From a query and a key to a score.</param>
/// <param name="Rotaries">Rotary position embeddings; layers name theirs by its index.</param>
/// <param name="Layers">The blocks, first to last.</param>
/// <param name="ResidualScale">What a block's branches are multiplied with before they are added to x.</param>
/// <param name="Head">From x to the logits, or to the vectors of an encoder.</param>
/// <param name="ParameterCount">Elements of all tensors of the file.</param>
internal sealed record ModelSpec(
    string Architecture,
    string Name,
    int ContextLength,
    int EmbeddingLength,
    int VocabularySize,
    EmbeddingSpec Embedding,
    ScoreSpec Scores,
    EquatableArray<RotarySpec> Rotaries,
    EquatableArray<LayerSpec> Layers,
    float ResidualScale,
    HeadSpec Head,
    long ParameterCount)
{
    /// <summary>Hash of all that decided this: equal for every file that the same code can run (<see cref="Architectures.ShapeHash"/>).</summary>
    public string ShapeHash { get; init; } = "";

    /// <summary>What each layer gets of a token beside x; null: nothing.</summary>
    public PerLayerInputSpec? PerLayerInputs { get; init; }

    /// <summary>The streams beside x; null: there are none.</summary>
    public AltUpSpec? AltUp { get; init; }

    /// <summary>How often x goes through the file's layers; Layers has them once a round, each time with a memory of its own.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>What makes it an encoder, which gives vectors; null: it gives logits.</summary>
    public EncoderSpec? Encoder { get; init; }

    /// <summary>The text that it answers, where it does not only go on with its own; null: there is none.</summary>
    public SourceSpec? Source { get; init; }

    public bool HasTiedOutput => Head.Output is not null && Head.Output == Embedding.Tokens;

    /// <summary>The attentions of the layers that have one.</summary>
    public IEnumerable<AttentionSpec> Attentions => Layers.SelectMany(layer => layer.Mixers).OfType<AttentionSpec>();
}

/// <summary>x = norm(Scale · Tokens[token] + Positions[position] + Types[type]), where the model has the parts.</summary>
/// <param name="Tokens">[embedding, vocabulary].</param>
/// <param name="Scale">Factor of a token's row.</param>
/// <param name="Positions">[embedding, context]: learned position embedding; null where the model has none.</param>
/// <param name="Norm">Norm of x before the first block; null where the model has none.</param>
internal sealed record EmbeddingSpec(TensorSpec Tokens, float Scale = 1f, TensorSpec? Positions = null, NormSpec? Norm = null)
{
    /// <summary>[embedding, types]: which of several texts a token is of (Devlin et al. 2018, BERT); null where the model has none.</summary>
    public TensorSpec? Types { get; init; }
}

/// <summary>
/// The score of a query against a key: SoftCap · tanh(Scale · q·k / SoftCap) + slope · (position of the key - position of the query).
/// </summary>
/// <param name="Scale">Factor of q·k.</param>
/// <param name="SoftCap">Bound of the scores (Gemma 2); 0: none.</param>
/// <param name="MaxBias">
/// Attention with linear biases (Press et al. 2022): head h of H has the slope 2^(-MaxBias · (h + 1) / H) where H is a power of two;
/// 0: none.
/// </param>
/// <param name="Clamp">Queries, keys and values are clamped to ±Clamp (MPT, OLMo); 0: not.</param>
/// <param name="Temperature">How queries grow with their position; null: they do not.</param>
internal sealed record ScoreSpec(float Scale, float SoftCap = 0, float MaxBias = 0, float Clamp = 0, TemperatureSpec? Temperature = null);

/// <summary>Queries are multiplied with 1 + Scale · ln(1 + floor((position + Offset) / Interval)).</summary>
/// <param name="Scale">See above, as the next two.</param>
/// <param name="Offset">Positions.</param>
/// <param name="Interval">Positions.</param>
/// <param name="IsOfUnrotated">Whether those alone are that are not rotated.</param>
internal sealed record TemperatureSpec(float Scale, float Offset, int Interval, bool IsOfUnrotated = false);

/// <summary>
/// logits = SoftCap · tanh((Scale · (Output · norm(x)) + OutputBias) / SoftCap), where the model has the parts; an encoder gives norm(x).
/// </summary>
/// <param name="Norm">Norm before the output matrix; null: none.</param>
/// <param name="Output">[embedding, vocabulary]; the token embedding itself where the head is tied; null: there are no logits.</param>
/// <param name="OutputBias">[vocabulary], or null.</param>
/// <param name="Scale">Factor of the logits.</param>
/// <param name="SoftCap">Bound of the logits; 0: none.</param>
internal sealed record HeadSpec(NormSpec? Norm, TensorSpec? Output, TensorSpec? OutputBias = null, float Scale = 1f, float SoftCap = 0);

/// <summary>One block: mixers and a feed-forward network, each added to the residual stream. It has one of them at least.</summary>
/// <param name="MixerNorm">Before the mixers; null: they read x itself, or there are none.</param>
/// <param name="Mixers">What lets a token see those before it: one, or several that read the same, or none.</param>
/// <param name="MixerPostNorm">Of the mixer's output before it is added; null: none.</param>
/// <param name="IsParallel">Both branches read the block's x, and both are added to it; else the second reads the first one's sum.</param>
/// <param name="FeedForwardNorm">
/// Before the feed-forward network; null: in a parallel block it reads what the mixer reads, else x itself.
/// </param>
/// <param name="Network">The feed-forward network; null: none.</param>
/// <param name="FeedForwardPostNorm">Of its output before it is added; null: none.</param>
internal sealed record LayerSpec(
    NormSpec? MixerNorm,
    EquatableArray<MixerSpec> Mixers,
    NormSpec? MixerPostNorm,
    bool IsParallel,
    NormSpec? FeedForwardNorm,
    NetworkSpec? Network,
    NormSpec? FeedForwardPostNorm)
{
    /// <summary>Attention to another text, behind the mixers; null: there is none.</summary>
    public SourceAttentionSpec? SourceAttention { get; init; }

    /// <summary>In place of mixers and network: what a decoder's layer finds of this text; null: those are there.</summary>
    public SourceKeysSpec? SourceKeys { get; init; }

    /// <summary>Norm of x behind the mixer's branch (Vaswani et al. 2017: x = norm(x + branch)); null: none.</summary>
    public NormSpec? MixerSumNorm { get; init; }

    /// <summary>Norm of the sum of that norm and of what the layer began with; null: there is no such sum.</summary>
    public NormSpec? SecondMixerSumNorm { get; init; }

    /// <summary>The same behind the feed-forward network's.</summary>
    public NormSpec? FeedForwardSumNorm { get; init; }

    /// <summary>Whether x is normalised first, as before the output matrix: another round through the file's layers begins.</summary>
    public bool NormsRound { get; init; }

    /// <summary>A third branch, which adds the layer's own input of the token; null: there is none.</summary>
    public PerLayerBranchSpec? PerLayer { get; init; }

    /// <summary>What the streams beside x are predicted and corrected by; that branch is then added to them, and not to x. null: there are none.</summary>
    public AltUpLayerSpec? AltUp { get; init; }

    /// <summary>A branch of low rank beside the mixer; null: there is none.</summary>
    public LaurelSpec? Laurel { get; init; }

    /// <summary>[1]: what x is multiplied with behind all branches; null: it is not.</summary>
    public TensorSpec? OutputScale { get; init; }

    /// <summary>Whether x is halved behind all branches.</summary>
    public bool IsHalved { get; init; }
}
