using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;
using ModelGen.Embeddings;

namespace ModelGen;

/// <summary>A model that turns texts into vectors, compiled into the program.</summary>
/// <remarks>
/// Safe for use by several threads. What a text gives does not depend on the texts that are embedded with it, to the bit.
/// </remarks>
public abstract class CompiledEncoder : CompiledModel
{
    private readonly Func<ModelResources, ForwardPass> _createForwardPass;
    private readonly StateLayout _state;

    /// <summary>Called by emitted code.</summary>
    /// <param name="packed">The weights; the model takes them over.</param>
    /// <param name="description">What was compiled.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    protected CompiledEncoder(PackedModel packed, ModelDescription description, LoadOptions? options)
        : base(packed, description, options)
    {
        _createForwardPass = description.CreateForwardPass;
        _state = description.State;
        VectorLength = description.VectorLength;
        Pooling = description.Pooling;
    }

    /// <summary>Floats of a vector.</summary>
    public int VectorLength { get; }

    /// <summary>How the vectors of a text's tokens become one, as the model's file says; null: it does not say.</summary>
    public Pooling? Pooling { get; }

    /// <summary>The vector of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns><see cref="VectorLength"/> floats, or as many as <see cref="EmbeddingOptions.Dimensions"/> says.</returns>
    /// <exception cref="ArgumentException">The text has more tokens than the context, and <see cref="EmbeddingOptions.LongText"/> refuses it; or
    /// neither the model's file nor the options say how to pool.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public float[] Embed(string text, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Embed([text], options, cancellationToken)[0];
    }

    /// <summary>The vectors of some texts: faster than one text at a time, because the weights are read once for several of them.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A vector a text, in their order.</returns>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public float[][] Embed(IReadOnlyList<string> texts, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new EmbeddingOptions();
        Pooling pooling = options.Pooling ?? Pooling
            ?? throw new ArgumentException("The model's file does not say how vectors of tokens become one of the text: set Pooling.", nameof(options));
        int length = options.LengthOf(VectorLength);
        var tokens = new EncoderText[texts.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(texts[i], nameof(texts));
            tokens[i] = EncoderText.Of(Encode(options.Prefix + texts[i], options.LongText, i));
        }

        float[][] vectors = new float[tokens.Length][];
        double[] sums = new double[VectorLength];
        Evaluate(
            tokens,
            pooling,
            (text, all) =>
            {
                float[] vector = new float[length];
                VectorPooling.Pool(pooling, all, VectorLength, sums, vector);
                if (options.Normalize)
                {
                    VectorPooling.Normalize(vector);
                }

                vectors[text] = vector;
            },
            cancellationToken);
        return vectors;
    }

    /// <summary>The tokens of a text.</summary>
    private int[] Encode(string text, LongText longText, int index)
    {
        int[] ids = [.. Tokenizer.EncodeToIds(text)];
        int context = Info.ContextLength;
        if (ids.Length == 0)
        {
            throw new ArgumentException($"Text {index} has no tokens: there is nothing that a vector could be made of.", nameof(text));
        }

        if (ids.Length <= context)
        {
            return ids;
        }

        if (longText == LongText.Refuse)
        {
            throw new ArgumentException(
                $"Text {index} has {ids.Length} tokens, and the context {context}: shorten it, or set LongText to Truncate.", nameof(text));
        }

        // A token that ends every text, which an empty one has too, stays the last.
        IReadOnlyList<int> empty = Tokenizer.EncodeToIds("");
        int last = ids[^1];
        bool endsAll = empty.Count > 0 && empty[^1] == last;
        Array.Resize(ref ids, context);
        if (endsAll)
        {
            ids[^1] = last;
        }

        return ids;
    }

    private void Evaluate(EncoderText[] texts, Pooling? wanted, VectorReceiver receive, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Resources.Hold();
        try
        {
            Resources.EncoderOf(resources => new EncoderExecutor(_createForwardPass(resources), _state, VectorLength))
                .Evaluate(texts, wanted, receive, cancellationToken);
        }
        finally
        {
            Resources.Release();
        }
    }
}
