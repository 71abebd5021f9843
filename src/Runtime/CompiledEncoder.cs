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
public abstract partial class CompiledEncoder : CompiledModel
{
    private readonly Func<ModelResources, ForwardPass> _createForwardPass;
    private readonly StateLayout _state;
    private readonly string? _queryPrefix;
    private readonly string? _documentPrefix;
    private readonly VectorHead _head;
    private readonly int _tokenVectorLength;
    private readonly int _tokenTypes;
    private readonly bool _isRanker;
    private readonly bool _isCausal;
    private readonly bool _givesTerms;

    /// <summary>Called by emitted code.</summary>
    /// <param name="packed">The weights; the model takes them over.</param>
    /// <param name="description">What was compiled.</param>
    /// <param name="options">How to load; null for the defaults.</param>
    protected CompiledEncoder(PackedModel packed, ModelDescription description, LoadOptions? options)
        : base(packed, description, options)
    {
        _createForwardPass = description.CreateForwardPass;
        _state = description.State;
        _queryPrefix = options?.QueryPrefix;
        _documentPrefix = options?.DocumentPrefix;
        _head = new VectorHead(description.VectorLayers, description.VectorLength);
        _tokenVectorLength = description.VectorLength;
        _tokenTypes = description.TokenTypes;
        _isRanker = description.IsRanker;
        _isCausal = description.IsCausal;
        _givesTerms = description.GivesTerms;
        VectorLength = _isRanker ? _tokenVectorLength : _head.OutputLength;
        Pooling = description.Pooling;
        Labels = description.Labels;
    }

    /// <summary>Floats of a text's vector.</summary>
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
        return EmbedAll(Encode(texts, options), options, cancellationToken);
    }

    /// <summary>The vector of what is searched for, with <see cref="LoadOptions.QueryPrefix"/> before it.</summary>
    /// <param name="query">The text.</param>
    /// <param name="options">Null for the defaults; a prefix here takes the place of that one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public float[] EmbedQuery(string query, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        Embed(query, WithPrefix(options, _queryPrefix), cancellationToken);

    /// <summary>The vectors of what is searched, with <see cref="LoadOptions.DocumentPrefix"/> before each text.</summary>
    /// <param name="documents">The texts.</param>
    /// <param name="options">Null for the defaults; a prefix here takes the place of that one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A vector a text, in their order.</returns>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public float[][] EmbedDocuments(
        IReadOnlyList<string> documents, EmbeddingOptions? options = null, CancellationToken cancellationToken = default) =>
        Embed(documents, WithPrefix(options, _documentPrefix), cancellationToken);

    /// <summary>The vectors of some texts that are ids of tokens already, those that start and end a text too.</summary>
    /// <param name="texts">Ids of each text's tokens.</param>
    /// <param name="options">Null for the defaults; its prefix is not looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A vector a text, in their order.</returns>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public float[][] Embed(
        IReadOnlyList<IReadOnlyList<int>> texts, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new EmbeddingOptions();
        return EmbedAll(Check(texts, options.LongText), options, cancellationToken);
    }

    /// <summary>A vector of each token of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Null for the defaults; its pooling is not looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public TokenEmbeddings EmbedTokens(string text, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new EmbeddingOptions();
        return EmbedTokens(Encode([text], options), options, cancellationToken);
    }

    /// <summary>The same of a text that is ids of tokens already.</summary>
    /// <param name="text">The ids.</param>
    /// <param name="options">Null for the defaults; its pooling and its prefix are not looked at.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <inheritdoc cref="Embed(string, EmbeddingOptions?, CancellationToken)" path="/exception"/>
    public TokenEmbeddings EmbedTokens(IReadOnlyList<int> text, EmbeddingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new EmbeddingOptions();
        return EmbedTokens(Check([text], options.LongText), options, cancellationToken);
    }

    /// <summary>The cosine of the angle between two vectors: 1 where they point the same way, 0 where one is zero.</summary>
    /// <param name="a">A vector.</param>
    /// <param name="b">Another one of its length.</param>
    /// <exception cref="ArgumentException">They are not of one length.</exception>
    public static float Similarity(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"A vector of {b.Length} floats cannot be compared with one of {a.Length}.", nameof(b));
        }

        double norms = Math.Sqrt(VectorPooling.DotProduct(a, a) * VectorPooling.DotProduct(b, b));
        return norms == 0 ? 0 : (float)(VectorPooling.DotProduct(a, b) / norms);
    }

    /// <summary>
    /// How well a document answers a query, token by token: Σ over the query's vectors of the largest dot product with one of the document's
    /// (Khattab and Zaharia 2020).
    /// </summary>
    /// <param name="query">The query's vectors.</param>
    /// <param name="document">The document's.</param>
    /// <exception cref="ArgumentException">Their vectors are not of one length.</exception>
    public static float MaxSimilarity(TokenEmbeddings query, TokenEmbeddings document)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(document);
        if (query.VectorLength != document.VectorLength)
        {
            throw new ArgumentException(
                $"Vectors of {document.VectorLength} floats cannot be compared with those of {query.VectorLength}.", nameof(document));
        }

        double sum = 0;
        for (int i = 0; i < query.Ids.Count; i++)
        {
            double largest = double.NegativeInfinity;
            for (int j = 0; j < document.Ids.Count; j++)
            {
                largest = Math.Max(largest, VectorPooling.DotProduct(query[i], document[j]));
            }

            sum += largest;
        }

        return (float)sum;
    }

    private static EmbeddingOptions WithPrefix(EmbeddingOptions? options, string? prefix)
    {
        options ??= new EmbeddingOptions();
        return options with { Prefix = options.Prefix ?? prefix };
    }

    private float[][] EmbedAll(EncoderText[] texts, EmbeddingOptions options, CancellationToken cancellationToken)
    {
        Pooling pooling = options.Pooling ?? Pooling
            ?? throw new ArgumentException("The model's file does not say how vectors of tokens become one of the text: set Pooling.", nameof(options));
        int length = options.LengthOf(VectorLength);
        float[][] vectors = new float[texts.Length][];
        Finish(
            texts,
            pooling,
            goesThroughHead: !_isRanker,
            (text, vector) =>
            {
                vectors[text] = vector[..length].ToArray();
                if (options.Normalize)
                {
                    VectorPooling.Normalize(vectors[text]);
                }
            },
            cancellationToken);
        return vectors;
    }

    /// <summary>Pools the vectors of texts, and takes them through the layers behind the pooling.</summary>
    private unsafe void Finish(
        EncoderText[] texts, Pooling pooling, bool goesThroughHead, VectorReceiver receive, CancellationToken cancellationToken)
    {
        double[] sums = new double[_tokenVectorLength];
        float[] scratch = _head.CreateScratch();
        Evaluate(
            texts,
            pooling,
            (text, all) =>
            {
                Span<float> pooled = scratch.AsSpan(0, _tokenVectorLength);
                VectorPooling.Pool(pooling, all, _tokenVectorLength, sums, pooled);
                receive(text, goesThroughHead ? _head.Apply(Resources.Weights, scratch) : pooled);
            },
            cancellationToken);
    }

    private TokenEmbeddings EmbedTokens(EncoderText[] text, EmbeddingOptions options, CancellationToken cancellationToken)
    {
        int length = options.LengthOf(_tokenVectorLength);
        int count = text[0].Ids.Length;
        float[] vectors = new float[count * length];
        Evaluate(
            text,
            wanted: null,
            (_, all) =>
            {
                for (int token = 0; token < count; token++)
                {
                    Span<float> vector = vectors.AsSpan(token * length, length);
                    all.Slice(token * _tokenVectorLength, length).CopyTo(vector);
                    if (options.Normalize)
                    {
                        VectorPooling.Normalize(vector);
                    }
                }
            },
            cancellationToken);
        return new TokenEmbeddings(text[0].Ids.ToArray(), vectors, length);
    }

    private EncoderText[] Encode(IReadOnlyList<string> texts, EmbeddingOptions options)
    {
        var tokens = new EncoderText[texts.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(texts[i], nameof(texts));
            tokens[i] = EncoderText.Of(Fit([.. Tokenizer.EncodeToIds(options.Prefix + texts[i])], options.LongText, i));
        }

        return tokens;
    }

    private EncoderText[] Check(IReadOnlyList<IReadOnlyList<int>> texts, LongText longText)
    {
        var tokens = new EncoderText[texts.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(texts[i], nameof(texts));
            foreach (int id in texts[i])
            {
                if (id < 0 || id >= Info.VocabularySize)
                {
                    throw new ArgumentOutOfRangeException(nameof(texts), id, $"Text {i} has a token that is not from 0 to {Info.VocabularySize - 1}, as the vocabulary's are.");
                }
            }

            tokens[i] = EncoderText.Of(Fit([.. texts[i]], longText, i));
        }

        return tokens;
    }

    /// <summary>The tokens of a text, no more than the context has.</summary>
    private int[] Fit(int[] ids, LongText longText, int index)
    {
        int context = Info.ContextLength;
        if (ids.Length == 0)
        {
            throw new ArgumentException($"Text {index} has no tokens: there is nothing that a vector could be made of.");
        }

        if (ids.Length <= context)
        {
            return ids;
        }

        if (longText == LongText.Refuse)
        {
            throw new ArgumentException(
                $"Text {index} has {ids.Length} tokens, and the context {context}: shorten it, or set LongText to Truncate.");
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

    private void Evaluate(EncoderText[] texts, Pooling? wanted, VectorReceiver receive, CancellationToken cancellationToken) =>
        Evaluate(new EncoderCall(texts, wanted, receive), cancellationToken);

    private void Evaluate(EncoderCall call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Resources.Hold();
        try
        {
            int terms = _givesTerms ? Info.VocabularySize : 0;
            Resources.EncoderOf(resources => new EncoderExecutor(_createForwardPass(resources), _state, _tokenVectorLength, terms))
                .Evaluate(call, cancellationToken);
        }
        finally
        {
            Resources.Release();
        }
    }
}
