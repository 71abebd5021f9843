using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>Reads what stands behind the last layer of a model that gives vectors.</summary>
internal sealed class EncoderReader(HeaderQuery header, DecoderTraits traits, DecoderShape shape, NormReader norms)
{
    private readonly PoolingKind _pooling =
        traits.IsEncoder || header.HasSetting("pooling_type") ? header.Pooling(PoolingKind.None, traits.IsEncoder) : PoolingKind.None;

    /// <summary>
    /// Whether the model gives vectors. A decoder does where its file says how they are pooled: it was trained for that, and its logits mean
    /// nothing any more.
    /// </summary>
    public bool GivesVectors => traits.IsEncoder || _pooling != PoolingKind.None;

    /// <summary>What it does with the vectors of tokens; null: it gives logits.</summary>
    /// <param name="layers">The model's layers.</param>
    /// <param name="tokens">Its token embedding.</param>
    public EncoderSpec? Read(IReadOnlyList<LayerSpec> layers, TensorSpec tokens)
    {
        if (!GivesVectors)
        {
            return null;
        }

        if (!traits.IsEncoder)
        {
            // What a decoder that gives vectors keeps of its former head has no use.
            header.IgnoreTensors("output.weight");
            header.IgnoreTensors("output.bias");
            CheckLayers(layers);
        }

        if (_pooling != PoolingKind.Rank)
        {
            return new EncoderSpec(_pooling) { Layers = ReadDense().ToEquatableArray(), Terms = ReadTerms(tokens) };
        }

        VectorLayerSpec[] classifier = [.. ReadClassifier()];
        return new EncoderSpec(traits.RankPooling ?? (traits.IsEncoder ? PoolingKind.First : PoolingKind.Last))
        {
            IsRanker = true,
            Layers = classifier.ToEquatableArray(),
            Labels = header.Labels("classifier.output_labels", classifier.Length == 0 ? 0 : classifier[classifier.Length - 1].Weight.Count).ToEquatableArray(),
        };
    }

    /// <summary>
    /// An encoder's texts go through a layer as a whole, in memory that the layers share: they must all be attentions of one shape.
    /// </summary>
    private void CheckLayers(IReadOnlyList<LayerSpec> layers)
    {
        AttentionSpec?[] attentions =
            [.. layers.Select(layer => layer.Mixers.Count == 1 ? layer.Mixers[0] as AttentionSpec : null)];
        if (attentions.Any(attention => attention is not { KeysOf: null } || attention.Heads != attentions[0]!.Heads))
        {
            header.RefuseSetting("pooling_type", "vectors of a decoder whose layers are not all attentions of one shape with keys of their own");
        }
    }

    /// <summary>
    /// The classifier of a ranker: a layer as BERT's pooler has it, and one that makes the scores; one of them may be missing.
    /// </summary>
    private IEnumerable<VectorLayerSpec> ReadClassifier()
    {
        int length = shape.Embedding;
        if (Layer("cls", length, Presence.Optional) is VectorLayerSpec hidden)
        {
            length = hidden.Weight.Count;
            bool hasNorm = header.HasTensor("cls.norm.weight");
            yield return hidden with
            {
                Function = traits.RankFunction,
                Norm = hasNorm ? new NormSpec(NormKind.Layer, norms.Epsilon, header.Vector("cls.norm.weight", length), Bias: null) : null,
            };
        }

        Presence presence = header.HasTensor("cls.weight") ? Presence.Optional : Presence.Required;
        if (Layer("cls.output", length, presence) is VectorLayerSpec output)
        {
            // A decoder's labels are words that it would go on with, of which the first is that the document answers.
            yield return output with { Function = traits.IsEncoder ? VectorFunction.None : VectorFunction.Softmax };
        }
    }

    /// <summary>The layers of sentence-transformers that a file may have, without activation.</summary>
    private IEnumerable<VectorLayerSpec> ReadDense()
    {
        int length = shape.Embedding;
        foreach (string name in new[] { "dense_2", "dense_3" })
        {
            if (header.HasTensor(name + ".weight"))
            {
                length = Answered(name + "_feat_in", length);
                VectorLayerSpec layer = Layer(name, length, Presence.Required)!;
                length = Answered(name + "_feat_out", layer.Weight.Count);
                yield return layer;
            }
        }
    }

    /// <summary>
    /// The head that weighs terms. Its first two tensors have the names that a ranker's first layer has; what tells it is the norm, which such
    /// a head always has.
    /// </summary>
    private TermsSpec? ReadTerms(TensorSpec tokens)
    {
        const string Norm = "cls.norm.weight";
        const string Output = "output.weight";
        if (!traits.IsEncoder || !header.HasTensor(Norm))
        {
            return null;
        }

        int length = shape.Embedding;
        return new TermsSpec(
            header.Matrix("cls.weight", length, length),
            header.Vector("cls.bias", length, Presence.Optional),
            new NormSpec(NormKind.Layer, norms.Epsilon, header.Vector(Norm, length), header.Vector("cls.norm.bias", length, Presence.Optional)),
            header.HasTensor(Output) ? header.Matrix(Output, length, shape.Vocabulary) : tokens,
            header.Vector("output.bias", shape.Vocabulary, Presence.Optional));
    }

    /// <summary>A size that the tensors say, and the file once more.</summary>
    private int Answered(string suffix, int size)
    {
        if (header.SizeOrElse(suffix, size) is int said && said != size)
        {
            header.Refuse(suffix, $"is {said}, but the tensors make it {size}");
        }

        return size;
    }

    private VectorLayerSpec? Layer(string name, int length, Presence presence) =>
        header.Table(name + ".weight", length, presence) is TensorSpec weight
            ? new VectorLayerSpec(
                weight with { Rows = 1, Count = weight.Rows, Pitch = weight.Columns },
                header.Vector(name + ".bias", weight.Rows, Presence.Optional),
                VectorFunction.None,
                Norm: null)
            : null;
}
