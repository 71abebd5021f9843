using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// The gated delta rule (Yang et al. 2024, Gated Delta Networks). Each value head remembers a matrix S that a token changes and reads:
/// S = g S, then S += k (β (v - Sᵀk))ᵀ, and o = Sᵀq / √KeyDimension. Queries, keys and values go through a causal convolution with SiLU before;
/// queries and keys are then divided by their lengths. The layer gives Output · (norm(o) · SiLU(OutputGate · x)), the norm over each head. In Kimi Delta
/// Attention (Kimi Team 2025, Kimi Linear) g is a number for each element of a key, a row of S, and the gate is σ.
/// </summary>
/// <param name="Heads">The heads.</param>
/// <param name="Taps">Tokens that the convolution sees, itself counted.</param>
/// <param name="Query">[embedding, key heads · key dimension].</param>
/// <param name="Key">The same.</param>
/// <param name="Value">[embedding, value heads · value dimension].</param>
/// <param name="OutputGate">[embedding or rank of the gates, value heads · value dimension].</param>
/// <param name="Beta">[embedding, value heads]: β is σ of this product.</param>
/// <param name="Decay">[embedding or rank of the decays, decays]: g = exp(DecayRate · ln(1 + exp(Decay · x + DecayBias))).</param>
/// <param name="Filter">
/// [taps, channels] of the convolution, of which the channels are those of all queries, keys and values: one tensor, or some that have a part of the
/// channels each.
/// </param>
/// <param name="DecayBias">[decays].</param>
/// <param name="DecayRate">[value heads], negative.</param>
/// <param name="Norm">Norm of a head's output: [value dimension].</param>
/// <param name="Epsilon">What is added to the square of a query's or key's length.</param>
/// <param name="Output">[value heads · value dimension, embedding].</param>
internal sealed record DeltaRuleSpec(
    DeltaRuleHeads Heads,
    int Taps,
    TensorSpec Query,
    TensorSpec Key,
    TensorSpec Value,
    TensorSpec OutputGate,
    TensorSpec Beta,
    TensorSpec Decay,
    EquatableArray<TensorSpec> Filter,
    TensorSpec DecayBias,
    TensorSpec DecayRate,
    NormSpec Norm,
    float Epsilon,
    TensorSpec Output)
    : MixerSpec("DeltaRule")
{
    /// <summary>Dimensions of heads are multiples of this: a strip of a matrix, and a vector of the widest instructions.</summary>
    public const int DimensionMultiple = 16;

    /// <summary>A head's matrix has at most this many rows, and columns.</summary>
    public const int LargestDimension = 1024;

    /// <summary>[embedding, rank of the gates]: gates are products of OutputGateDown · x; null: of x.</summary>
    public TensorSpec? OutputGateDown { get; init; }

    /// <summary>[embedding, rank of the decays]: decays are products of DecayDown · x; null: of x.</summary>
    public TensorSpec? DecayDown { get; init; }

    /// <summary>Whether the output is multiplied with σ of the gate instead of SiLU.</summary>
    public bool GatesBySigmoid { get; init; }
}

/// <summary>The heads of a delta rule.</summary>
/// <param name="Keys">Heads of queries and keys.</param>
/// <param name="Values">Heads of values; Values / Keys of them share a query and a key.</param>
/// <param name="KeyDimension">Floats of a query or key.</param>
/// <param name="ValueDimension">Floats of a value.</param>
/// <param name="AreNeighbours">Whether the value heads that share a key are neighbours; else every Keys-th shares one.</param>
/// <param name="DecaysElements">Whether each element of a value head's key has a decay of its own; else the head has one.</param>
internal sealed record DeltaRuleHeads(
    int Keys, int Values, int KeyDimension, int ValueDimension, bool AreNeighbours, bool DecaysElements = false)
{
    /// <summary>Value heads that share a key.</summary>
    public int GroupSize => Values / Keys;

    /// <summary>Floats of all queries, and of all keys.</summary>
    public int KeyLength => Keys * KeyDimension;

    /// <summary>Floats of all values.</summary>
    public int ValueLength => Values * ValueDimension;

    /// <summary>Decays of a value head.</summary>
    public int DecaysOfHead => DecaysElements ? KeyDimension : 1;

    /// <summary>Channels of the convolution: queries, keys, values.</summary>
    public int Channels => 2 * KeyLength + ValueLength;

    /// <summary>The key head of a value head.</summary>
    public int KeyHeadOf(int valueHead) => AreNeighbours ? valueHead / GroupSize : valueHead % Keys;
}
