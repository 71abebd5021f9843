using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// A residual stream of several vectors of which one goes through the layers (AltUp; Baykal et al. 2023, Gemma 3n): the others are predicted
/// before each layer and corrected behind it by what it made of the first. At first stream i is Pᵢ · x, at last x is the mean of all Qᵢ · stream i;
/// both are brought to the length of the first stream.
/// </summary>
/// <param name="Projection">[embedding, 3 · embedding]: P of the streams behind the first, one behind the other.</param>
/// <param name="Outputs">Q of each of them, [embedding, embedding].</param>
internal sealed record AltUpSpec(TensorSpec Projection, EquatableArray<TensorSpec> Outputs)
{
    /// <summary>Streams, the first counted.</summary>
    public const int Streams = 4;
}

/// <summary>
/// What a layer predicts and corrects its streams by. With m = tanh(Router · RouterNorm(first stream) / embedding), stream i becomes
/// stream i + Σⱼ (Predict · m)ᵢⱼ · stream j before the layer, and behind it (1 + Correct · m)ᵢ times what the layer added to the first stream
/// is added to stream i, m being that of the layer's output.
/// </summary>
/// <param name="Router">[embedding, streams].</param>
/// <param name="RouterNorm">Norm of what it reads.</param>
/// <param name="Predict">[streams, streams · streams].</param>
/// <param name="Correct">[streams, streams].</param>
/// <param name="CorrectScale">[embedding]: factors of the first stream where the layer's own input of the token reads it.</param>
internal sealed record AltUpLayerSpec(TensorSpec Router, NormSpec RouterNorm, TensorSpec Predict, TensorSpec Correct, TensorSpec CorrectScale);

/// <summary>
/// A branch of low rank beside a layer's mixer (LAUREL; Menghani et al. 2024): x = (x + mixed + x̂ + PostNorm(Right · Left · x̂)) / √2, where x̂ is
/// what the mixer reads.
/// </summary>
/// <param name="Left">[embedding, rank].</param>
/// <param name="Right">[rank, embedding].</param>
/// <param name="PostNorm">Norm of the products.</param>
internal sealed record LaurelSpec(TensorSpec Left, TensorSpec Right, NormSpec PostNorm);
