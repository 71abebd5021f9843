using System.Linq;
using ModelGen.Formats;

namespace ModelGen.Architectures;

/// <summary>
/// Reads latent attentions (<see cref="LatentAttentionSpec"/>). A file that has a head's keys and values as products of the latent in one tensor gives
/// their lengths under attention.key_length and value_length; one that has them apart, keys the other way round, says there what is remembered, and
/// the lengths under keys that end with _mla.
/// </summary>
internal sealed class LatentAttentionReader : IMixerReader
{
    private const string KeyLengthKey = "attention.key_length";
    private const string ValueLengthKey = "attention.value_length";
    private const string OfHead = "_mla";

    private readonly HeaderQuery _header;
    private readonly int _embedding;
    private readonly NormReader _norms;
    private readonly LatentShape _shape;
    private readonly int? _rotary;

    /// <param name="header">The file's header.</param>
    /// <param name="shape">Sizes of the model.</param>
    /// <param name="norms">Reader of norms.</param>
    /// <param name="rotaries">The model's rotary embeddings; of none, queries and keys are not rotated.</param>
    public LatentAttentionReader(HeaderQuery header, DecoderShape shape, NormReader norms, RotarySpec[] rotaries)
    {
        // Where nothing is rotated the key says what would be: what meets the key that all heads share.
        int rotaryLength = rotaries.Length > 0 ? rotaries[0].Dimensions : header.Size("rope.dimension_count");
        _rotary = rotaries.Length > 0 ? 0 : null;
        _header = header;
        _embedding = shape.Embedding;
        _norms = norms;
        int rank = header.Size("attention.kv_lora_rank");
        string valueKey = ValueLengthKey;
        if (IsApart(header))
        {
            valueKey += OfHead;
            header.OnlySize(KeyLengthKey, rank + rotaryLength, rank + rotaryLength, "what is remembered, the latent and the shared key");
            header.OnlySize(ValueLengthKey, rank, rank, "the latent's");
        }

        int valueLength = header.Size(valueKey);
        if (shape.HeadDimension <= rotaryLength)
        {
            header.Refuse(KeyLengthKey, $"is {shape.HeadDimension} a head, of which {rotaryLength} meet the shared key: there is nothing that meets the latent");
        }

        // Outputs of heads stand side by side, and a strip of one must not reach into the next.
        if (valueLength % TensorFormat.StripRows != 0)
        {
            header.Refuse(valueKey, $"is {valueLength}, which is no multiple of {TensorFormat.StripRows}");
        }

        _shape = new LatentShape(shape.Heads.FirstOrDefault(), rank, shape.HeadDimension - rotaryLength, rotaryLength, valueLength);
    }

    /// <summary>Floats of a head's query.</summary>
    public static int QueryLength(HeaderQuery header) => header.Size(IsApart(header) ? KeyLengthKey + OfHead : KeyLengthKey);

    public MixerSpec Read(string prefix, int layer)
    {
        int queryRows = _shape.Heads * _shape.QueryLength;
        bool isDirect = _header.HasTensor(prefix + "attn_q.weight");
        int queryRank = isDirect ? 0 : _header.Size("attention.q_lora_rank");
        (TensorSpec keyUp, TensorSpec valueUp) = ReadUp(prefix);
        return new LatentAttentionSpec(
            _shape,
            QueryDown: isDirect ? null : _header.Matrix(prefix + "attn_q_a.weight", _embedding, queryRank),
            QueryNorm: isDirect ? null : _norms.Norm(prefix + "attn_q_a_norm", queryRank),
            Query: isDirect
                ? _header.Matrix(prefix + "attn_q.weight", _embedding, queryRows)
                : _header.Matrix(prefix + "attn_q_b.weight", queryRank, queryRows),
            Latent: _header.Matrix(prefix + "attn_kv_a_mqa.weight", _embedding, _shape.Rank + _shape.RotaryLength),
            LatentNorm: _norms.Norm(prefix + "attn_kv_a_norm", _shape.Rank),
            keyUp,
            valueUp,
            _rotary,
            Output: _header.Matrix(prefix + "attn_output.weight", _shape.Heads * _shape.ValueLength, _embedding));
    }

    private static bool IsApart(HeaderQuery header) => header.SizeOrZero(KeyLengthKey + OfHead) > 0;

    private (TensorSpec Key, TensorSpec Value) ReadUp(string prefix)
    {
        string whole = prefix + "attn_kv_b.weight";
        if (!_header.HasTensor(whole))
        {
            return (_header.Stack(prefix + "attn_k_b.weight", _shape.KeyLength, _shape.Rank, _shape.Heads),
                _header.Stack(prefix + "attn_v_b.weight", _shape.Rank, _shape.ValueLength, _shape.Heads));
        }

        // Of each head the rows of its keys, then those of its values.
        int rows = _shape.KeyLength + _shape.ValueLength;
        TensorSpec both = _header.Matrix(whole, _shape.Rank, _shape.Heads * rows) with { Count = _shape.Heads, Pitch = (long)_shape.Rank * rows };
        return (both with { Columns = _shape.KeyLength, Rows = _shape.Rank, IsTransposed = true },
            both with { Rows = _shape.ValueLength, First = (long)_shape.Rank * _shape.KeyLength });
    }
}
