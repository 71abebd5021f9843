using System.Globalization;
using System.Linq;
using ModelGen.Collections;

namespace ModelGen.Architectures;

/// <summary>
/// "llama": RMSNorm before attention and feed-forward, grouped-query attention with rotary embedding of adjacent pairs, SwiGLU
/// (Touvron et al. 2023, LLaMA; Shazeer 2020, GLU Variants Improve Transformer).
/// </summary>
internal sealed class LlamaArchitecture : Architecture
{
    // The frequencies' base where a file does not name one, as RoFormer has it.
    private const float DefaultRotaryBase = 10000f;

    public override string Name => "llama";

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

        LayerSpec[] layers = Enumerable.Range(0, header.LayerCount()).Select(layer =>
        {
            string prefix = "blk." + layer.ToString(CultureInfo.InvariantCulture) + ".";
            return new LayerSpec(
                AttentionNorm: header.Vector(prefix + "attn_norm.weight", embedding),
                Query: header.Matrix(prefix + "attn_q.weight", embedding, queryRows),
                Key: header.Matrix(prefix + "attn_k.weight", embedding, keyValueRows),
                Value: header.Matrix(prefix + "attn_v.weight", embedding, keyValueRows),
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
            Rotary: new RotarySpec(rotaryDimensions, RotaryPairing.Adjacent, rotaryBase),
            TokenEmbedding: tokenEmbedding,
            Layers: layers.ToEquatableArray(),
            OutputNorm: header.Vector("output_norm.weight", embedding),
            Output: header.HasTensor("output.weight") ? header.Matrix("output.weight", embedding, vocabulary) : tokenEmbedding,
            ParameterCount: header.ParameterCount);
    }
}
