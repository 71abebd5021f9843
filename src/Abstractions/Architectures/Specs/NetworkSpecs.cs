namespace ModelGen.Architectures;

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

    /// <summary>Norm of the hidden values, before the last matrix (Ma et al. 2024, BitNet b1.58); null: none.</summary>
    public NormSpec? HiddenNorm { get; init; }

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
    /// <summary>Factor of the shared network's output.</summary>
    public float SharedScale { get; init; } = 1f;

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

    /// <summary>Whether it reads what the layer begins with, before the mixer (Song et al. 2025, SmallThinker), instead of what the experts read.</summary>
    public bool ReadsLayerInput { get; init; }

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

    /// <summary>x · Φ(x) itself, with Φ the distribution function of the normal distribution.</summary>
    ExactGelu,

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
