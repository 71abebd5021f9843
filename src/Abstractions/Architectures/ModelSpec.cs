using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Formats;

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
/// <param name="Head">From x to the logits.</param>
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

    public bool HasTiedOutput => Head.Output == Embedding.Tokens;

    /// <summary>The attentions of the layers that have one.</summary>
    public IEnumerable<AttentionSpec> Attentions => Layers.SelectMany(layer => layer.Mixers).OfType<AttentionSpec>();
}

/// <summary>x = norm(Scale · Tokens[token] + Positions[position]), where the model has the parts.</summary>
/// <param name="Tokens">[embedding, vocabulary].</param>
/// <param name="Scale">Factor of a token's row.</param>
/// <param name="Positions">[embedding, context]: learned position embedding; null where the model has none.</param>
/// <param name="Norm">Norm of x before the first block; null where the model has none.</param>
internal sealed record EmbeddingSpec(TensorSpec Tokens, float Scale = 1f, TensorSpec? Positions = null, NormSpec? Norm = null);

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

/// <summary>logits = SoftCap · tanh((Scale · (Output · norm(x)) + OutputBias) / SoftCap), where the model has the parts.</summary>
/// <param name="Norm">Norm before the output matrix.</param>
/// <param name="Output">[embedding, vocabulary]; the token embedding itself where the head is tied.</param>
/// <param name="OutputBias">[vocabulary], or null.</param>
/// <param name="Scale">Factor of the logits.</param>
/// <param name="SoftCap">Bound of the logits; 0: none.</param>
internal sealed record HeadSpec(NormSpec Norm, TensorSpec Output, TensorSpec? OutputBias = null, float Scale = 1f, float SoftCap = 0);

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
    /// <summary>A third branch, which adds the layer's own input of the token; null: there is none.</summary>
    public PerLayerBranchSpec? PerLayer { get; init; }

    /// <summary>What the streams beside x are predicted and corrected by; that branch is then added to them, and not to x. null: there are none.</summary>
    public AltUpLayerSpec? AltUp { get; init; }

    /// <summary>A branch of low rank beside the mixer; null: there is none.</summary>
    public LaurelSpec? Laurel { get; init; }

    /// <summary>[1]: what x is multiplied with behind all branches; null: it is not.</summary>
    public TensorSpec? OutputScale { get; init; }
}

/// <summary>What lets a token of a block see the tokens before it, and so what a layer remembers of them.</summary>
/// <param name="Name">What it is called in names of tensors, steps and fields.</param>
internal abstract record MixerSpec(string Name);

/// <summary>
/// A gated convolution over the last tokens (LFM2, Liquid AI 2025): with b | c | u = Input · x, y = Output · (c · Σₖ Filterₖ · (b · u) of the token
/// Taps - 1 - k before).
/// </summary>
/// <param name="Channels">Floats of b, c and u.</param>
/// <param name="Taps">Tokens that it sees, itself counted.</param>
/// <param name="Input">[embedding, 3 · channels].</param>
/// <param name="Filter">[taps, channels].</param>
/// <param name="Output">[channels, embedding].</param>
internal sealed record ConvolutionSpec(int Channels, int Taps, TensorSpec Input, TensorSpec Filter, TensorSpec Output) : MixerSpec("Convolution")
{
    /// <summary>A filter of one token would be a factor, and would remember nothing.</summary>
    public const int LeastTaps = 2;
}

/// <summary>
/// A selective state space (Gu and Dao 2023, Mamba; Dao and Gu 2024, Mamba 2). With z | u | … = Input · x and v = SiLU(bias + the convolution of u over
/// the last tokens), each channel c of v has a state h of its own: h = e^(Δ·A) · h + Δ · v_c · B, y_c = C·h + D · v_c, with Δ = softplus(step + bias); the
/// output is Output · norm(SiLU(z) · y). Mamba 2 has one Δ and A for the channels of a head, one B and C for those of a group, and all of them are
/// rows of Input; Mamba's follow from v (<see cref="SelectionSpec"/>).
/// </summary>
/// <param name="Shape">Its channels, heads and groups.</param>
/// <param name="Taps">Tokens that the convolution sees, itself counted.</param>
/// <param name="Input">[embedding, …]: the rows that <see cref="StateSpaceRows"/> names.</param>
/// <param name="Rows">What its rows are.</param>
/// <param name="Filter">[taps, convolved channels].</param>
/// <param name="FilterBias">[convolved channels], or null.</param>
/// <param name="Selection">How B, C and the steps follow from v; null: they are rows of Input, B and C convolved with u.</param>
/// <param name="StepBias">[heads].</param>
/// <param name="Decay">A: [heads], or [state, channels] where each channel is a head.</param>
/// <param name="Skip">D: [heads].</param>
/// <param name="Norm">Norm of SiLU(z) · y, of each group's channels by themselves; null: none.</param>
/// <param name="Output">[channels, embedding].</param>
internal sealed record StateSpaceSpec(
    StateSpaceShape Shape,
    int Taps,
    TensorSpec Input,
    StateSpaceRows Rows,
    TensorSpec Filter,
    TensorSpec? FilterBias,
    SelectionSpec? Selection,
    TensorSpec StepBias,
    TensorSpec Decay,
    TensorSpec Skip,
    NormSpec? Norm,
    TensorSpec Output)
    : MixerSpec("StateSpace")
{
    /// <summary>Channels that are convolved: u, and B and C of all groups where they stand beside it.</summary>
    public int ConvolvedChannels => Selection is null ? Shape.Channels + 2 * Shape.Groups * Shape.StateLength : Shape.Channels;
}

/// <summary>The sizes of a selective state space.</summary>
/// <param name="Channels">Channels of u, z and y.</param>
/// <param name="Heads">Runs of channels that share a step and a decay; each channel may be one.</param>
/// <param name="Groups">Runs of heads that share B and C.</param>
/// <param name="StateLength">Floats that a channel remembers.</param>
internal sealed record StateSpaceShape(int Channels, int Heads, int Groups, int StateLength)
{
    /// <summary>Channels that are walked through together: heads, but for those of one channel, are whole runs of them.</summary>
    public const int StripChannels = 16;

    /// <summary>Channels of a head.</summary>
    public int HeadChannels => Channels / Heads;

    /// <summary>Channels of a group.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Whether each channel is a head, with a decay for each float of its state.</summary>
    public bool HasOwnDecays => Heads == Channels;
}

/// <summary>Where the rows of a state space's input matrix are that have a meaning of their own.</summary>
/// <param name="Gate">First row of z.</param>
/// <param name="Convolved">First row of u; where B and C are rows too, they stand behind it.</param>
/// <param name="Step">First row of the steps; not looked at where they follow from v.</param>
internal sealed record StateSpaceRows(int Gate, int Convolved, int Step);

/// <summary>How a state space's B, C and steps follow from v: B | C = StateWeights · v, step = Step · norm(StepInput · v).</summary>
/// <param name="StepInput">[channels, rank].</param>
/// <param name="StateWeights">[channels, 2 · state].</param>
/// <param name="Step">[rank, heads].</param>
/// <param name="StepNorm">Norm of the rank's floats; null: none, as for the next two.</param>
/// <param name="InputNorm">Norm of B.</param>
/// <param name="OutputNorm">Norm of C.</param>
internal sealed record SelectionSpec(
    TensorSpec StepInput, TensorSpec StateWeights, TensorSpec Step, NormSpec? StepNorm, NormSpec? InputNorm, NormSpec? OutputNorm);

/// <summary>The heads of an attention.</summary>
/// <param name="Queries">Query heads.</param>
/// <param name="KeyValues">Key/value heads; Queries / KeyValues query heads share one (grouped-query attention, Ainslie et al. 2023).</param>
/// <param name="Dimension">Floats of a head.</param>
internal sealed record HeadShape(int Queries, int KeyValues, int Dimension)
{
    /// <summary>Query heads that share a key/value head.</summary>
    public int GroupSize => Queries / KeyValues;

    /// <summary>Floats of all query heads.</summary>
    public int QueryLength => Queries * Dimension;

    /// <summary>Floats of all key heads, and of all value heads.</summary>
    public int KeyValueLength => KeyValues * Dimension;
}

/// <summary>Grouped-query attention.</summary>
/// <param name="Heads">Its heads.</param>
/// <param name="Query">[embedding, heads · head dimension].</param>
/// <param name="Key">[embedding, key/value heads · head dimension]; null where the keys and values are another layer's.</param>
/// <param name="Value">[embedding, key/value heads · head dimension]; null there too, and where values are the keys before their norm and rotation.</param>
/// <param name="QueryBias">Added to the queries; null where the model has none, as for the next two.</param>
/// <param name="KeyBias">Added to the keys.</param>
/// <param name="ValueBias">Added to the values.</param>
/// <param name="QueryNorm">Norm of the queries; null: none.</param>
/// <param name="KeyNorm">Norm of the keys; null: none.</param>
/// <param name="NormExtent">What a query or key norm runs over.</param>
/// <param name="NormsAfterRotation">Whether it comes after the rotation.</param>
/// <param name="Rotary">Index into ModelSpec.Rotaries; null: queries and keys are not rotated.</param>
/// <param name="Window">Keys that a query sees, itself counted; 0: all before it.</param>
/// <param name="IsChunked">
/// Whether the window stands still: texts are cut into chunks of Window positions, and a query sees its chunk's up to itself (Meta 2025, Llama 4).
/// </param>
/// <param name="Sinks">
/// [heads]: a score of each head beside those of its keys, whose value is 0 (Xiao et al. 2023; OpenAI 2025, gpt-oss); null: none.
/// </param>
/// <param name="Output">[heads · head dimension, embedding].</param>
/// <param name="OutputBias">[embedding], or null.</param>
internal sealed record AttentionSpec(
    HeadShape Heads,
    TensorSpec Query,
    TensorSpec? Key,
    TensorSpec? Value,
    TensorSpec? QueryBias,
    TensorSpec? KeyBias,
    TensorSpec? ValueBias,
    NormSpec? QueryNorm,
    NormSpec? KeyNorm,
    HeadNormExtent NormExtent,
    bool NormsAfterRotation,
    int? Rotary,
    int Window,
    bool IsChunked,
    TensorSpec? Sinks,
    TensorSpec Output,
    TensorSpec? OutputBias)
    : MixerSpec("Attention")
{
    /// <summary>[embedding, heads · head dimension]: what the heads give is multiplied with σ of this product (Qiu et al. 2025); null: it is not.</summary>
    public TensorSpec? OutputGate { get; init; }

    /// <summary>The layer before this one whose keys and values it reads instead of some of its own; null: it has its own.</summary>
    public int? KeysOf { get; init; }

    /// <summary>Norm of each value head; null: none.</summary>
    public NormSpec? ValueNorm { get; init; }
}

/// <summary>The sizes of a latent attention.</summary>
/// <param name="Heads">Heads.</param>
/// <param name="Rank">Floats of the latent.</param>
/// <param name="KeyLength">Floats of a head's query that meet the latent.</param>
/// <param name="RotaryLength">Floats of a head's query behind them that are rotated, and of the key that all heads share.</param>
/// <param name="ValueLength">Floats of a head's output.</param>
internal sealed record LatentShape(int Heads, int Rank, int KeyLength, int RotaryLength, int ValueLength)
{
    /// <summary>Floats of a head's query.</summary>
    public int QueryLength => KeyLength + RotaryLength;
}

/// <summary>
/// Multi-head latent attention (DeepSeek-AI 2024, DeepSeek-V2). A token is remembered by its latent c = norm(Latent · x) and a rotated key r that
/// all heads share. With q | p of a head's query, p rotated, its score is q · (KeyUp · c) + p · r, and its output ValueUp · Σ weight · c: matrices of a
/// head's own on either side of an attention with one key/value head, whose values are the first floats of its keys.
/// </summary>
/// <param name="Shape">Its sizes.</param>
/// <param name="QueryDown">[embedding, rank of the queries]: queries are products of norm(QueryDown · x); null: of x.</param>
/// <param name="QueryNorm">That norm.</param>
/// <param name="Query">[embedding or rank of the queries, heads · query length].</param>
/// <param name="Latent">[embedding, rank + rotary length].</param>
/// <param name="LatentNorm">Norm of the latent, without what is rotated.</param>
/// <param name="KeyUp">A stack of one matrix a head: [key length, rank], by which a query becomes one of the latent.</param>
/// <param name="ValueUp">A stack of one matrix a head: [rank, value length].</param>
/// <param name="Rotary">Index into ModelSpec.Rotaries.</param>
/// <param name="Output">[heads · value length, embedding].</param>
internal sealed record LatentAttentionSpec(
    LatentShape Shape,
    TensorSpec? QueryDown,
    NormSpec? QueryNorm,
    TensorSpec Query,
    TensorSpec Latent,
    NormSpec LatentNorm,
    TensorSpec KeyUp,
    TensorSpec ValueUp,
    int Rotary,
    TensorSpec Output)
    : MixerSpec("Attention");

/// <summary>What a norm of queries or keys runs over.</summary>
internal enum HeadNormExtent
{
    /// <summary>Each head, all with the same weights: [head dimension].</summary>
    Head,

    /// <summary>Each head with its own weights: [head dimension, heads].</summary>
    OwnHead,

    /// <summary>All heads of a token together: [heads · head dimension].</summary>
    AllHeads,
}

/// <summary>What a block does with each token by itself, behind its mixer.</summary>
internal abstract record NetworkSpec
{
    /// <summary>The function between its matrices.</summary>
    public abstract ActivationSpec Function { get; }
}

/// <summary>down(activation(gate(x)) · up(x)), or down(activation(up(x))) where there is no gate.</summary>
/// <param name="Activation">The function.</param>
/// <param name="Gate">[embedding, hidden]; null: not gated.</param>
/// <param name="Up">[embedding, hidden].</param>
/// <param name="Down">[hidden, embedding].</param>
/// <param name="GateBias">[hidden], or null, as the next two.</param>
/// <param name="UpBias">[hidden].</param>
/// <param name="DownBias">[embedding].</param>
internal sealed record FeedForwardSpec(
    ActivationSpec Activation,
    TensorSpec? Gate,
    TensorSpec Up,
    TensorSpec Down,
    TensorSpec? GateBias,
    TensorSpec? UpBias,
    TensorSpec? DownBias)
    : NetworkSpec
{
    /// <summary>
    /// Of the gate is left what is above its mean by so many standard deviations (Google DeepMind 2025, Gemma 3n): max(gate - mean - Sparsity · deviation, 0);
    /// 0: all.
    /// </summary>
    public float Sparsity { get; init; }

    public override ActivationSpec Function => Activation;
}

/// <summary>
/// A mixture of experts (Shazeer et al. 2017): a router picks some of many feed-forward networks for a token, and their outputs are added by
/// its weights; what all tokens share is added to that.
/// </summary>
/// <param name="Router">Which experts, and their weights.</param>
/// <param name="Experts">The experts, of one shape: each tensor is a stack of one matrix or vector an expert.</param>
/// <param name="Shared">A network that every token takes beside its experts; null: none.</param>
/// <param name="SharedGate">[embedding, 1]: the shared network's output is multiplied with σ of this product; null: it is not.</param>
internal sealed record ExpertsSpec(RouterSpec Router, FeedForwardSpec Experts, FeedForwardSpec? Shared, TensorSpec? SharedGate) : NetworkSpec
{
    public override ActivationSpec Function => Experts.Activation;
}

/// <summary>
/// Which experts a token takes: with p = gating(Weight · x + Bias), those whose p + SelectionBias is among the Used largest, each weighed by
/// its p.
/// </summary>
/// <param name="Experts">Experts.</param>
/// <param name="Used">Experts that a token takes.</param>
/// <param name="Gating">From the router's logits to p.</param>
/// <param name="Weight">[embedding, experts].</param>
/// <param name="Bias">[experts], or null.</param>
/// <param name="SelectionBias">[experts]: selects, and does not weigh (Wang et al. 2024, auxiliary-loss-free balancing); null: none.</param>
/// <param name="Groups">Groups of neighbouring experts, of which the best are looked at alone (DeepSeek-V3); 1: all are.</param>
/// <param name="UsedGroups">How many of them: those with the largest sums of their two best.</param>
/// <param name="Normalises">Whether the weights of the chosen ones are divided by their sum.</param>
/// <param name="Scale">Factor of the weights.</param>
/// <param name="WeighsInput">Whether an expert's input is weighed (Llama 4), instead of its output.</param>
internal sealed record RouterSpec(
    int Experts,
    int Used,
    GatingFunction Gating,
    TensorSpec Weight,
    TensorSpec? Bias,
    TensorSpec? SelectionBias,
    int Groups = 1,
    int UsedGroups = 1,
    bool Normalises = false,
    float Scale = 1f,
    bool WeighsInput = false)
{
    /// <summary>Factor of the router's products.</summary>
    public float ProductScale { get; init; } = 1f;

    /// <summary>[experts]: what an expert's output is multiplied with beside its weight; null: nothing.</summary>
    public TensorSpec? OutputScales { get; init; }

    /// <summary>Lower bound of the sum that weights are divided by: the least normal half float, as llama.cpp has it.</summary>
    public const float LeastSum = 6.103515625e-5f;

    /// <summary>Experts of a group whose sum ranks it.</summary>
    public const int RankedOfGroup = 2;
}

/// <summary>From a router's logits to the weights of experts.</summary>
internal enum GatingFunction
{
    /// <summary>Softmax over all experts.</summary>
    Softmax = 1,

    /// <summary>σ of each.</summary>
    Sigmoid = 2,

    /// <summary>Softmax over the chosen experts; they are chosen by their logits.</summary>
    SoftmaxOfChosen = 3,

    /// <summary>√ln(1 + eˣ) of each.</summary>
    SquareRootOfSoftplus = 4,
}

/// <summary>An activation function with its parameters.</summary>
/// <param name="Function">Which one.</param>
/// <param name="AlphaPositive">Of xIELU: factor of x² where x is positive.</param>
/// <param name="AlphaNegative">Of xIELU: factor where x is negative.</param>
/// <param name="Beta">Of xIELU: factor of x.</param>
/// <param name="Epsilon">Of xIELU: upper bound of x in the exponential of its negative side.</param>
internal sealed record ActivationSpec(
    ActivationFunction Function, float AlphaPositive = 0, float AlphaNegative = 0, float Beta = 0, float Epsilon = 0);

/// <summary>The activation functions of feed-forward networks.</summary>
internal enum ActivationFunction
{
    /// <summary>x / (1 + e⁻ˣ) (Elfwing et al. 2018).</summary>
    Silu,

    /// <summary>x · Φ(x), by its tanh approximation (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>max(x, 0)² (So et al. 2021).</summary>
    SquaredRelu,

    /// <summary>xIELU (Huang and Schlag 2025): αp·x² + β·x where x is positive, else αn·(e^min(x, ε) - 1 - x) + β·x.</summary>
    Xielu,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>
    /// Of gate and up together (OpenAI 2025, gpt-oss): g · σ(1.702 g) · (u + 1), with g the gate up to 7, and u the up value between -7 and 7.
    /// </summary>
    ClampedSwiGlu,
}

/// <summary>A norm of a vector.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Weight">What the normalised elements are multiplied with; null: nothing.</param>
/// <param name="Bias">What is then added; null: nothing.</param>
internal sealed record NormSpec(NormKind Kind, float Epsilon, TensorSpec? Weight, TensorSpec? Bias);

/// <summary>The kinds of norms.</summary>
internal enum NormKind
{
    /// <summary>x / √(mean(x²) + ε) (Zhang and Sennrich 2019).</summary>
    RootMeanSquare,

    /// <summary>(x - mean(x)) / √(variance(x) + ε) (Ba et al. 2016).</summary>
    Layer,
}

/// <summary>A tensor of the file, or some of its rows.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="TypeId">Its ggml type.</param>
/// <param name="Columns">Elements of a row (the first dimension in GGUF's order).</param>
/// <param name="Rows">Rows; 1 for a vector.</param>
/// <param name="First">Elements that the file's tensor has before these: a tensor of queries, keys and values is three.</param>
/// <param name="Count">Of a stack, the matrices or vectors of Columns and Rows in it, one an expert; 1: no stack.</param>
/// <param name="Pitch">Of a stack, elements of the file's tensor from one of them to the next.</param>
/// <param name="Run">Rows that stand together in the file's tensor, where others stand between them; 0: all do.</param>
/// <param name="RunPitch">Elements of the file's tensor from the first row of such a run to that of the next.</param>
/// <param name="IsTransposed">
/// Whether the file has the matrix, or each of a stack, the other way round: rows of Rows elements, Columns of them. A block of the file then spans rows
/// of the matrix, which is therefore kept as floats.
/// </param>
internal sealed record TensorSpec(
    string Name,
    int TypeId,
    int Columns,
    int Rows,
    long First = 0,
    int Count = 1,
    long Pitch = 0,
    int Run = 0,
    long RunPitch = 0,
    bool IsTransposed = false)
{
    /// <summary>Format in the file.</summary>
    public TensorFormat Format => TensorFormat.Find(TypeId)!;

    /// <summary>Format in the packed file: that of the file, but for a transposed matrix, whose blocks become halves.</summary>
    public TensorFormat PackedFormat => IsTransposed && Format.Activation != ActivationFormat.Float32 ? TensorFormat.Halves : Format;

    /// <summary>Bytes from the start of the file's tensor to the first of its elements.</summary>
    public long FirstByte => BytesOf(First);

    /// <summary>Bytes of the file's tensor from one matrix or vector of a stack to the next.</summary>
    public long PitchBytes => BytesOf(Pitch);

    /// <summary>Bytes from the first of its elements to those of a row.</summary>
    public long RowByte(long row) => BytesOf(Run == 0 ? row * Columns : row / Run * RunPitch + row % Run * Columns);

    /// <summary>Some of its rows: of each <paramref name="pitch"/> of them <paramref name="run"/>.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="run">Rows that stand together.</param>
    /// <param name="pitch">Rows from the first of a run to that of the next.</param>
    /// <param name="runs">How many runs there are.</param>
    public TensorSpec RunsOfRows(int first, int run, int pitch, int runs) =>
        this with { Rows = runs * run, First = First + (long)first * Columns, Run = run, RunPitch = (long)pitch * Columns };

    /// <summary>Bytes of so many elements, whole blocks of them.</summary>
    private long BytesOf(long elements) => elements / Format.Type.BlockLength * Format.Type.BlockBytes;
}

/// <summary>Which two elements of a head a rotation turns.</summary>
internal enum RotaryPairing
{
    /// <summary>Elements 2i and 2i + 1, as RoFormer writes it and llama's GGUF files order their rows.</summary>
    Adjacent,

    /// <summary>Elements i and i + Dimensions / 2, as GPT-NeoX writes it (Black et al. 2022).</summary>
    Halves,
}

/// <summary>Rotary position embedding: pair i of a head at position p is turned by p times an angle and stretched by a factor.</summary>
/// <param name="Dimensions">Elements of a head that are rotated, from its start.</param>
/// <param name="Pairing">Which two elements form a pair.</param>
/// <param name="Base">Base of the frequencies: the angle of pair i is Base^(-2i / Dimensions).</param>
/// <param name="Scaling">How the angles are scaled.</param>
/// <param name="Factors">[Dimensions / 2]: what the angles are divided by; null where that is 1.</param>
/// <param name="LongFactors">The same for a context longer than OriginalContext (LongRoPE); null where it is no other.</param>
internal sealed record RotarySpec(
    int Dimensions, RotaryPairing Pairing, float Base, RotaryScaling Scaling, TensorSpec? Factors, TensorSpec? LongFactors = null);

/// <summary>Scaling of the rotary angles for longer contexts.</summary>
/// <param name="Factor">What angles are divided by (Chen et al. 2023).</param>
/// <param name="Magnitude">Factor of the rotated elements.</param>
/// <param name="OriginalContext">Tokens before scaling.</param>
/// <param name="Yarn">YaRN's ramp between angles that are divided and angles that stay; null: all are divided.</param>
internal sealed record RotaryScaling(float Factor = 1f, float Magnitude = 1f, int OriginalContext = 0, YarnSpec? Yarn = null)
{
    public static readonly RotaryScaling None = new();
}

/// <summary>
/// YaRN (Peng et al. 2023): pairs that turn more than BetaFast times within the original context keep their angle, those that turn less
/// than BetaSlow times are divided by the factor, with a ramp between.
/// </summary>
internal sealed record YarnSpec(float BetaFast, float BetaSlow);
