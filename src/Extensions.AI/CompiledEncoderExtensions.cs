using System;
using Microsoft.Extensions.AI;

namespace ModelGen.Extensions.AI;

/// <summary>Encoders as what Microsoft.Extensions.AI calls them.</summary>
public static class CompiledEncoderExtensions
{
    /// <summary>The model as a generator of embeddings, for programs and libraries that are written for that interface.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How texts become vectors where a call does not say; null for the defaults. What is searched and what is
    /// searched for often have prefixes of their own: make a generator of each.</param>
    /// <param name="ownsModel">Whether the generator's Dispose disposes the model too; false: whoever loaded it does.</param>
    /// <returns>A generator that is safe for use by several threads.</returns>
    /// <remarks>
    /// <para>
    /// Calls compute on a thread of the pool and return at once. The usage of an answer counts the tokens that were read, special ones too.
    /// </para>
    /// <para>
    /// Of the options of a call, <see cref="EmbeddingGenerationOptions.Dimensions"/> counts, and
    /// <see cref="EmbeddingGenerationOptions.RawRepresentationFactory"/> where it gives an <see cref="EmbeddingOptions"/>, which then takes the
    /// place of <paramref name="options"/>. There is one model, so the model's id chooses nothing; additional properties are not looked at.
    /// </para>
    /// <para><c>GetService</c> gives the <see cref="CompiledEncoder"/> and the <see cref="EmbeddingGeneratorMetadata"/>.</para>
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The options ask for dimensions that the model's vectors do not have.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(
        this CompiledEncoder model, EmbeddingOptions? options = null, bool ownsModel = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new CompiledEmbeddingGenerator(model, options ?? new EmbeddingOptions(), ownsModel);
    }
}
