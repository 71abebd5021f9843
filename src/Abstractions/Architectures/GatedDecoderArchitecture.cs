using System.Globalization;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// The decoder that most language models are: in each block RMSNorm, grouped-query attention with rotary embedding, RMSNorm, gated
/// feed-forward network with SiLU (Shazeer 2020, GLU Variants Improve Transformer). A subclass says how its architecture differs.
/// </summary>
internal abstract class GatedDecoderArchitecture : Architecture
{
    // The frequencies' base where a file does not name one, as RoFormer has it.
    private const float DefaultRotaryBase = 10000f;

    /// <summary>Which two elements of a head a rotation turns.</summary>
    protected abstract RotaryPairing Pairing { get; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    protected virtual bool HasProjectionBiases => false;

    /// <summary>Whether each query and each key head goes through a norm before it is rotated.</summary>
    protected virtual bool HasHeadNorms => false;

    /// <summary>Whether a tensor rope_freqs.weight may divide the rotation's frequencies.</summary>
    protected virtual bool MayStretchRotation => false;

    protected override ModelSpec Read(HeaderQuery header)
    {
        int embedding = header.Size("embedding_length");
        int heads = header.Size("attention.head_count");
        int keyValueHeads = header.Size("attention.head_count_kv", heads);
        int headDimension = header.Size("attention.key_length", embedding / heads);
        int hidden = header.Size("feed_forward_length");
        int vocabulary = header.VocabularySize();
        int rotaryDimensions = header.Size("rope.dimension_count", headDimension);
        float rotaryBase = header.Real("rope.freq_base", DefaultRotaryBase);
        float epsilon = header.Real("attention.layer_norm_rms_epsilon");
        int context = header.Size("context_length");

        header.Only("rope.scaling.type", "none");
        header.Only("attention.value_length", headDimension.ToString(CultureInfo.InvariantCulture));
        header.Only("expert_count", "0");
        header.Only("expert_used_count", "0");
        header.Ignore("tensor_data_layout");
        CheckHeads(header, heads, keyValueHeads, headDimension, rotaryDimensions);

        int queryRows = header.HeadRows("attention.head_count", heads, headDimension);
        int keyValueRows = header.HeadRows("attention.head_count_kv", keyValueHeads, headDimension);
        TensorSpec tokenEmbedding = header.Matrix("token_embd.weight", embedding, vocabulary);
        bool isStretched = MayStretchRotation && header.HasTensor("rope_freqs.weight");

        LayerSpec[] layers = Enumerable.Range(0, header.LayerCount()).Select(layer =>
        {
            string prefix = "blk." + layer.ToString(CultureInfo.InvariantCulture) + ".";
            return new LayerSpec(
                AttentionNorm: header.Vector(prefix + "attn_norm.weight", embedding),
                Query: header.Matrix(prefix + "attn_q.weight", embedding, queryRows),
                Key: header.Matrix(prefix + "attn_k.weight", embedding, keyValueRows),
                Value: header.Matrix(prefix + "attn_v.weight", embedding, keyValueRows),
                QueryBias: HasProjectionBiases ? header.Vector(prefix + "attn_q.bias", queryRows) : null,
                KeyBias: HasProjectionBiases ? header.Vector(prefix + "attn_k.bias", keyValueRows) : null,
                ValueBias: HasProjectionBiases ? header.Vector(prefix + "attn_v.bias", keyValueRows) : null,
                QueryNorm: HasHeadNorms ? header.Vector(prefix + "attn_q_norm.weight", headDimension) : null,
                KeyNorm: HasHeadNorms ? header.Vector(prefix + "attn_k_norm.weight", headDimension) : null,
                AttentionOutput: header.Matrix(prefix + "attn_output.weight", queryRows, embedding),
                FeedForwardNorm: header.Vector(prefix + "ffn_norm.weight", embedding),
                Gate: header.Matrix(prefix + "ffn_gate.weight", embedding, hidden),
                Up: header.Matrix(prefix + "ffn_up.weight", embedding, hidden),
                Down: header.Matrix(prefix + "ffn_down.weight", hidden, embedding));
        }).ToArray();

        return new ModelSpec(
            Architecture: Name,
            Name: header.Text("general.name", Name),
            ContextLength: context,
            EmbeddingLength: embedding,
            VocabularySize: vocabulary,
            HeadCount: heads,
            KeyValueHeadCount: keyValueHeads,
            HeadDimension: headDimension,
            NormEpsilon: epsilon,
            Rotary: new RotarySpec(
                rotaryDimensions, Pairing, rotaryBase, isStretched ? header.Vector("rope_freqs.weight", rotaryDimensions / 2) : null),
            TokenEmbedding: tokenEmbedding,
            Layers: layers.ToEquatableArray(),
            OutputNorm: header.Vector("output_norm.weight", embedding),
            Output: header.HasTensor("output.weight") ? header.Matrix("output.weight", embedding, vocabulary) : tokenEmbedding,
            ParameterCount: header.ParameterCount);
    }
}
