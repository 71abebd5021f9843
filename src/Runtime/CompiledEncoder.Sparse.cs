using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.Embeddings;

namespace ModelGen;

/// <content>Weights of terms, by models with a head that guesses masked tokens.</content>
public abstract partial class CompiledEncoder
{
    /// <summary>
    /// How much a text is about each term of the vocabulary (Formal et al. 2021, SPLADE): ln(1 + max(0, z)), z being the largest of the term's
    /// logits at all tokens of the text, special ones too.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms whose weight is above 0, or as many as <see cref="SparseEmbeddingOptions.MaxTerms"/> says.</returns>
    /// <exception cref="ArgumentException">The text has more tokens than the context, and <see cref="SparseEmbeddingOptions.LongText"/> refuses
    /// it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">The model's file has no such head.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ModelGenException">There is not enough memory, or the model's logits are no numbers.</exception>
    public SparseEmbedding EmbedSparse(string text, SparseEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EmbedSparse([text], options, cancellationToken)[0];
    }

    /// <summary>The same of some texts: faster than one text at a time, because the weights are read once for several of them.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms of each text, in their order.</returns>
    /// <inheritdoc cref="EmbedSparse(string, SparseEmbeddingOptions?, CancellationToken)" path="/exception"/>
    public SparseEmbedding[] EmbedSparse(
        IReadOnlyList<string> texts, SparseEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckGivesTerms();
        options ??= new SparseEmbeddingOptions();
        EmbeddingOptions encoding = new() { LongText = options.LongText, Prefix = options.Prefix };
        return EmbedSparse(Encode(texts, encoding), options, cancellationToken);
    }

    /// <summary>The same of texts that are ids of tokens already, those that start and end a text too.</summary>
    /// <param name="texts">Ids of each text's tokens.</param>
    /// <param name="options">Null for the defaults; its prefix is not looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The terms of each text, in their order.</returns>
    /// <inheritdoc cref="EmbedSparse(string, SparseEmbeddingOptions?, CancellationToken)" path="/exception"/>
    public SparseEmbedding[] EmbedSparse(
        IReadOnlyList<IReadOnlyList<int>> texts, SparseEmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckGivesTerms();
        options ??= new SparseEmbeddingOptions();
        return EmbedSparse(Check(texts, options.LongText), options, cancellationToken);
    }

    private void CheckGivesTerms()
    {
        if (!_givesTerms)
        {
            throw new InvalidOperationException(
                "The model's file has no head that weighs terms (tensors cls.weight and cls.norm.weight, and a pooling_type other than rank): "
                    + $"compare the vectors that {nameof(Embed)} gives.");
        }
    }

    private SparseEmbedding[] EmbedSparse(EncoderText[] texts, SparseEmbeddingOptions options, CancellationToken cancellationToken)
    {
        options.Check();
        var embeddings = new SparseEmbedding[texts.Length];
        VectorReceiver receive = (text, logits) => embeddings[text] = TermWeights.Of(logits, options.MaxTerms);
        Evaluate(new EncoderCall(texts, wanted: null, receive) { WantsTerms = true }, cancellationToken);
        return embeddings;
    }
}
