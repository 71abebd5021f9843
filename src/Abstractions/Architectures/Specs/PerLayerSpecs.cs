namespace ModelGen.Architectures;

/// <summary>
/// What each layer gets of a token beside x (Google DeepMind 2025, Gemma 3n; per-layer embeddings): of layer i
/// InputScale · (norm(ProjectionScale · Pᵢ · x) + EmbeddingScale · Eᵢ[token]), with x the embedded token.
/// </summary>
/// <param name="Length">Floats that a layer gets.</param>
/// <param name="Table">
/// [length, layers · vocabulary]: E, the rows of one token behind each other, a row a layer. The file has them as one row a token; so few of its
/// bytes are read for a token that all of them are near to each other.
/// </param>
/// <param name="EmbeddingScale">Factor of E's rows.</param>
/// <param name="Projection">[embedding, length · layers]: P, a layer behind the other.</param>
/// <param name="ProjectionScale">Factor of its products.</param>
/// <param name="Norm">Norm of a layer's products, the same for all layers.</param>
/// <param name="InputScale">Factor of the sum.</param>
internal sealed record PerLayerInputSpec(
    int Length, TensorSpec Table, float EmbeddingScale, TensorSpec Projection, float ProjectionScale, NormSpec Norm, float InputScale);

/// <summary>x += norm(Projection · (activation(Gate · x) · the layer's own input)).</summary>
/// <param name="Gate">[embedding, length].</param>
/// <param name="Activation">The function of the gate.</param>
/// <param name="Projection">[length, embedding].</param>
/// <param name="PostNorm">Norm of what is added.</param>
internal sealed record PerLayerBranchSpec(TensorSpec Gate, ActivationSpec Activation, TensorSpec Projection, NormSpec PostNorm);

/// <summary>
/// A dense network and a mixture of experts, side by side, each with norms of its own (Gemma 4): DensePostNorm(dense(x̂)) +
/// ExpertsPostNorm(experts(ExpertsNorm(x))), where x̂ is what the layer's norm makes of x, and the router reads RouterNorm(x).
/// </summary>
/// <param name="Dense">The network that every token takes.</param>
/// <param name="DensePostNorm">Norm of its output.</param>
/// <param name="ExpertsNorm">Norm of what the experts read.</param>
/// <param name="RouterNorm">Norm of what the router reads.</param>
/// <param name="Experts">The mixture.</param>
/// <param name="ExpertsPostNorm">Norm of its output.</param>
internal sealed record DenseAndExpertsSpec(
    FeedForwardSpec Dense, NormSpec DensePostNorm, NormSpec ExpertsNorm, NormSpec RouterNorm, ExpertsSpec Experts, NormSpec ExpertsPostNorm)
    : NetworkSpec
{
    public override ActivationSpec Function => Dense.Activation;
}
