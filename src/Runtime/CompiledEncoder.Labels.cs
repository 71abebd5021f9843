using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelGen.Embeddings;
using ModelGen.Tokenization;

namespace ModelGen;

/// <content>What a model with a head of labels says of a text, or of two that it reads together: rankers and classifiers.</content>
public abstract partial class CompiledEncoder
{
    /// <summary>
    /// What the model's head scores, as its file names it: one label of a ranker, several of a classifier; none where it has no such head. Labels that
    /// the file does not name are LABEL_0, LABEL_1 and so on.
    /// </summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>How well a document answers a query, by a model that reads both together (Nogueira and Cho 2019); the larger, the better.</summary>
    /// <param name="query">The query.</param>
    /// <param name="document">The document.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the model gives for the label: of most any number, of some (Qwen3's) a probability.</returns>
    /// <exception cref="ArgumentException">Query and document have more tokens than the context, and <see cref="RankingOptions.LongText"/>
    /// refuses them; or the model has several labels, and <see cref="RankingOptions.Label"/> names none of them.</exception>
    /// <exception cref="InvalidOperationException">The model has no head that scores, or reads query and document in a prompt of its own.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public float Rank(string query, string document, RankingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return Rank(query, [document], options, cancellationToken)[0];
    }

    /// <summary>The scores of some documents: faster than one at a time, because the weights are read once for several of them.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A score a document, in their order.</returns>
    /// <inheritdoc cref="Rank(string, string, RankingOptions?, CancellationToken)" path="/exception"/>
    public float[] Rank(
        string query, IReadOnlyList<string> documents, RankingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(documents);
        CheckRanker();
        CheckReadsPlainTexts();
        options ??= new RankingOptions();
        var pairs = new EncoderText[documents.Count];
        for (int i = 0; i < pairs.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(documents[i], nameof(documents));
            pairs[i] = EncodePair(query, documents[i], options.MarksDocument, options.LongText, i);
        }

        return RankAll(pairs, options, cancellationToken);
    }

    /// <summary>The scores of queries with documents that are ids of tokens already, with all that stands around them; their types are 0.</summary>
    /// <param name="pairs">Ids of each query and document.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>A score a pair, in their order.</returns>
    /// <inheritdoc cref="Rank(string, string, RankingOptions?, CancellationToken)" path="/exception"/>
    public float[] Rank(
        IReadOnlyList<IReadOnlyList<int>> pairs, RankingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        CheckRanker();
        options ??= new RankingOptions();
        return RankAll(Check(pairs, options.LongText), options, cancellationToken);
    }

    /// <summary>How probable each label of a text is, by a model that was trained to give texts labels.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>
    /// All <see cref="Labels"/>, the most probable first. Those of several sum up to 1 (softmax); the only one of a model is by itself (the logistic
    /// function).
    /// </returns>
    /// <exception cref="ArgumentException">There are more tokens than the context has, and <see cref="ClassificationOptions.LongText"/> refuses
    /// them.</exception>
    /// <exception cref="InvalidOperationException">The model has no head of labels, or reads texts in a prompt of its own.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public IReadOnlyList<LabelScore> Classify(
        string text, ClassificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Classify([text], options, cancellationToken)[0];
    }

    /// <summary>The same of some texts: faster than one at a time, because the weights are read once for several of them.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Of each text all <see cref="Labels"/>, the most probable first.</returns>
    /// <inheritdoc cref="Classify(string, ClassificationOptions?, CancellationToken)" path="/exception"/>
    public IReadOnlyList<LabelScore>[] Classify(
        IReadOnlyList<string> texts, ClassificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckRanker();
        CheckReadsPlainTexts();
        options ??= new ClassificationOptions();
        return ClassifyAll(Encode(texts, new EmbeddingOptions { LongText = options.LongText }), cancellationToken);
    }

    /// <summary>The same of texts that are ids of tokens already, those that start and end a text too.</summary>
    /// <param name="texts">Ids of each text's tokens.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Of each text all <see cref="Labels"/>, the most probable first.</returns>
    /// <inheritdoc cref="Classify(string, ClassificationOptions?, CancellationToken)" path="/exception"/>
    public IReadOnlyList<LabelScore>[] Classify(
        IReadOnlyList<IReadOnlyList<int>> texts, ClassificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckRanker();
        return ClassifyAll(Check(texts, (options ?? new ClassificationOptions()).LongText), cancellationToken);
    }

    /// <summary>How probable each label of two texts is that are read together, such as a premise and what may follow from it.</summary>
    /// <param name="first">A text.</param>
    /// <param name="second">Another one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <inheritdoc cref="Classify(string, ClassificationOptions?, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="Classify(string, ClassificationOptions?, CancellationToken)" path="/exception"/>
    public IReadOnlyList<LabelScore> ClassifyPair(
        string first, string second, ClassificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        CheckRanker();
        CheckReadsPlainTexts();
        options ??= new ClassificationOptions();
        return ClassifyAll([EncodePair(first, second, options.MarksSecond, options.LongText, index: 0)], cancellationToken)[0];
    }

    private void CheckRanker()
    {
        if (!_isRanker)
        {
            throw new InvalidOperationException(
                $"The model has no head that scores texts (its pooling_type is not rank): compare the vectors that {nameof(Embed)} gives.");
        }
    }

    private void CheckReadsPlainTexts()
    {
        if (_isCausal)
        {
            throw new InvalidOperationException(
                $"A ranker of architecture {Info.Architecture} reads texts in a prompt of its own: put them into it, and give the ids of its tokens.");
        }
    }

    private EncoderText EncodePair(string first, string second, bool marksSecond, LongText longText, int index)
    {
        List<int> ids = [];
        int start = Tokenizer.EncodePair(first, second, IdSink.Keep(ids));
        (int[] fitting, start) = FitPair(ids, start, longText, index);
        return new EncoderText(fitting, marksSecond && _tokenTypes > 1 ? start : fitting.Length);
    }

    /// <summary>The tokens of two texts, no more than the context has, and where the second begins. What stands around them stays.</summary>
    private (int[] Ids, int SecondFrom) FitPair(List<int> ids, int secondFrom, LongText longText, int index)
    {
        int context = Info.ContextLength;
        if (ids.Count <= context || longText == LongText.Refuse)
        {
            return (Fit([.. ids], longText, index), secondFrom);
        }

        // What stands before, between and behind two empty texts stands so around all.
        IdSink empty = IdSink.CountOnly();
        int emptySecondFrom = Tokenizer.EncodePair("", "", empty);
        int behind = empty.Count - emptySecondFrom;
        int before = Tokenizer.EncodeToIds("").Count - behind;
        int first = secondFrom - emptySecondFrom;
        int second = ids.Count - secondFrom - behind;
        if (empty.Count > context)
        {
            throw new ArgumentException($"Texts that are read together have {empty.Count} tokens around them, and the context {context}: compile a larger one.");
        }

        (int firstKept, int secondKept) = PairTruncation.Keep(first, second, context - empty.Count);
        ids.RemoveRange(secondFrom + secondKept, second - secondKept);
        ids.RemoveRange(before + firstKept, first - firstKept);
        return ([.. ids], secondFrom - (first - firstKept));
    }

    private float[] RankAll(EncoderText[] pairs, RankingOptions options, CancellationToken cancellationToken)
    {
        int label = IndexOf(options.Label);
        float[] scores = new float[pairs.Length];
        Finish(pairs, Pooling!.Value, goesThroughHead: true, (pair, labels) => scores[pair] = labels[label], cancellationToken);
        return scores;
    }

    private int IndexOf(string? label)
    {
        // A decoder's labels are words that it would go on with, the first of which is that the document answers.
        if (label is null && (Labels.Count == 1 || _isCausal))
        {
            return 0;
        }

        for (int i = 0; i < Labels.Count; i++)
        {
            if (Labels[i] == label)
            {
                return i;
            }
        }

        string problem = label is null
            ? $"The model has {Labels.Count} labels, and a rank is made of one"
            : $"The model has no label {label}";
        throw new ArgumentException(
            $"{problem}: set {nameof(RankingOptions)}.{nameof(RankingOptions.Label)} to one of {string.Join(", ", Labels)}, or ask for all with {nameof(Classify)}.");
    }

    private IReadOnlyList<LabelScore>[] ClassifyAll(EncoderText[] texts, CancellationToken cancellationToken)
    {
        var scores = new IReadOnlyList<LabelScore>[texts.Length];
        Finish(texts, Pooling!.Value, goesThroughHead: true, (text, logits) => scores[text] = ScoresOf(logits), cancellationToken);
        return scores;
    }

    private LabelScore[] ScoresOf(ReadOnlySpan<float> logits)
    {
        float[] probabilities = logits.ToArray();
        if (!_head.GivesProbabilities)
        {
            VectorHead.MakeProbabilities(probabilities);
        }

        return [.. Labels.Zip(probabilities, (label, score) => new LabelScore(label, score)).OrderByDescending(label => label.Score)];
    }
}
