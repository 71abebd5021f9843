using System;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Writes the GGUF file of a preset with random weights, the same bytes on every machine. Weights are drawn so that activations keep their
/// size from layer to layer, as those of a trained model do, and so that norms, biases and factors all show in the logits.
/// </summary>
internal sealed partial class DecoderWriter
{
    /// <summary>Tokens of the vocabulary: enough for logits to differ by, few enough to be kept.</summary>
    public const int VocabularySize = 128;

    // What widths are multiplied by, so that rows are whole blocks of 256.
    private const int Widening = 4;

    // Of products of a row with activations of size 1.
    private const double MatrixDeviation = 0.7;

    // As large as what the layers add to it.
    private const double EmbeddingDeviation = 0.5;

    // Tokens that a convolution sees, and what its filter weighs them with.
    private const int Taps = 3;
    private const double FilterDeviation = 0.6;

    // Of a router's products.
    private const double RouterDeviation = 2;

    // Streams of Gemma 3n, what weighs them, and the rank of its branches.
    private const int Streams = 4;
    private const double StreamDeviation = 0.1;
    private const int LaurelRank = 64;

    private const double NormDeviation = 0.1;

    // Scores that nothing scales would leave of a softmax the largest alone.
    private const double HeadNormOfUnscaledScores = 0.35;
    private const double BiasDeviation = 0.1;

    private readonly GgufWriter _writer = new();
    private readonly DecoderPreset _preset;
    private readonly FormatMix _mix;
    private readonly int _widening;

    private DecoderWriter(DecoderPreset preset, FormatMix mix)
    {
        _preset = preset;
        _mix = mix;
        _widening = mix.TakesNarrowModels ? 1 : Widening;
    }

    private int Embedding => _preset.Embedding * _widening;

    private int HeadDimension => _preset.HeadDimension * _widening;

    private int RotaryDimensions => (_preset.Latent?.RotaryLength ?? _preset.RotaryDimensions ?? _preset.HeadDimension) * _widening;

    // Of branches with a GELU, which llama.cpp rounds to halves: over many layers that adds up.
    private double GeluNorm => _preset.Gemma is { HasStreams: true } ? 0.4 : 1;

    /// <summary>The file.</summary>
    public static byte[] Write(DecoderPreset preset, FormatMix mix)
    {
        DecoderWriter writer = new(preset, mix);
        writer.AddSettings();
        DecoderVocabulary.AddTo(writer._writer, VocabularySize);
        writer.AddTensors();
        return writer._writer.ToArray();
    }

    private void AddSettings()
    {
        // No name: llama.cpp gives tokens of models called Phi-3 more attributes, and wants those tokens to be there.
        _writer.AddString("general.architecture", _preset.Architecture);
        Set("vocab_size", VocabularySize);
        Set("context_length", _preset.ContextLength);
        Set("embedding_length", Embedding);
        Set("block_count", _preset.Layers);
        Set("feed_forward_length", _preset.NetworksAlone is int[] alone
            ? Enumerable.Range(0, _preset.Layers).Select(layer => alone.Contains(layer) ? GemmaWriter.HiddenOf(_preset, layer) * _widening : 0).ToArray()
            : _preset.StateSpace is { IsAlone: true } ? 0
            : GemmaWriter.OfLayers(_preset, (preset, layer) => GemmaWriter.HiddenOf(preset, layer) * _widening * preset.HiddenFactor));
        Set("attention.head_count", _preset.IsWithoutAttention ? 0 : GemmaWriter.OfLayers(_preset, GemmaWriter.HeadsOf));
        if (_preset.StateSpace is StateSpacePreset stateSpace)
        {
            AddStateSpaceSettings(stateSpace);
        }
        else if (_preset.TimeMix is TimeMixPreset timeMix)
        {
            AddTimeMixSettings(timeMix);
        }
        else if (_preset.Convolutions.Length > 0)
        {
            Set("attention.head_count_kv", Enumerable.Range(0, _preset.Layers).Select(layer => _preset.Convolutions.Contains(layer) ? 0 : _preset.KeyValueHeads).ToArray());
            Set("shortconv.l_cache", Taps);
        }
        else if (_preset.DeltaRule is { DecaysElements: true } rules)
        {
            Set("attention.head_count_kv", Enumerable.Range(0, _preset.Layers).Select(layer => rules.Has(layer) ? 0 : _preset.KeyValueHeads).ToArray());
        }
        else
        {
            Set("attention.head_count_kv", GemmaWriter.OfLayers(_preset, GemmaWriter.KeyValueHeadsOf));
        }

        if (_preset.DeltaRule is DeltaRulePreset delta)
        {
            AddDeltaRuleSettings(delta);
        }

        if (_preset.Experts is ExpertsPreset experts)
        {
            Set("expert_count", experts.Count);
            Set("expert_used_count", experts.Used);
            if (experts.Hidden is int hidden)
            {
                Set("expert_feed_forward_length", hidden * _widening);
            }
        }

        Set(_preset.Norms is Norms.RootMeanSquare or Norms.RootMeanSquareWithBiases ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", _preset.Epsilon);
        if (_preset.HasHeadLengthKeys)
        {
            Set("attention.key_length", HeadDimension);
            Set("attention.value_length", HeadDimension);
        }

        if (_preset.Latent is LatentPreset latent)
        {
            AddLatentSettings(latent);
        }

        if (_preset.RotaryBase is float rotaryBase)
        {
            Set("rope.freq_base", rotaryBase);
            Set("rope.dimension_count", RotaryDimensions);
        }

        GemmaWriter.AddSettings(_writer, _preset, _widening);
        AddEncoderSettings();
        foreach ((string name, object value) in _preset.Settings)
        {
            Set(name, value);
        }
    }

    private void Set(string name, object value)
    {
        string key = name.StartsWith('.') ? name[1..] : $"{_preset.Architecture}.{name}";
        _ = value switch
        {
            int number => _writer.AddUInt32(key, (uint)number),
            float number => _writer.AddFloat32(key, number),
            bool flag => _writer.AddBool(key, flag),
            string text => _writer.AddString(key, text),
            float[] numbers => _writer.AddFloats(key, numbers),
            int[] numbers => _writer.AddInt32s(key, numbers),
            bool[] flags => _writer.AddBools(key, flags),
            _ => throw new ArgumentException($"Settings have no type {value.GetType()}.", nameof(value)),
        };
    }

    private void AddTensors()
    {
        double deviation = _preset.IsTied ? MatrixDeviation / Math.Sqrt(Embedding) : EmbeddingDeviation;
        AddMatrix("token_embd.weight", Embedding, VocabularySize, deviation, isHead: _preset.IsTied);
        if (_preset.HasPositions)
        {
            AddVector("position_embd.weight", [Embedding, _preset.ContextLength], 0, MatrixDeviation / Math.Sqrt(Embedding));
        }

        AddTypes();
        if (_preset.HasEmbeddingNorm)
        {
            AddNorm("token_embd_norm", Embedding, hasBias: HasEmbeddingNormBias);
        }

        AddRotaryFactors();
        AddPerLayerInputs();
        AddStreams();
        for (int layer = 0; layer < _preset.Layers; layer++)
        {
            if (_preset.NetworksAlone?.Contains(layer) is true)
            {
                AddNorm($"blk.{layer}.attn_norm", Embedding);
            }
            else if (_preset.StateSpace?.Layers.Contains(layer) is true)
            {
                AddStateSpace($"blk.{layer}.", layer, _preset.StateSpace);
            }
            else if (_preset.TimeMix is not null)
            {
                AddTimeMix($"blk.{layer}.", layer, _preset.TimeMix);
            }
            else if (_preset.Convolutions.Contains(layer))
            {
                AddConvolution($"blk.{layer}.");
            }
            else if (_preset.DeltaRule is DeltaRulePreset delta && delta.Has(layer))
            {
                AddDeltaRule($"blk.{layer}.", delta);
            }
            else if (_preset.Latent is LatentPreset latent)
            {
                AddLatentAttention($"blk.{layer}.", latent);
            }
            else if (GemmaWriter.HeadsOf(_preset, layer) > 0)
            {
                AddAttention($"{LayerPrefix}{layer}.", layer, hasNorm: layer > 0 || _preset.Encoder is not { IsFirstMixerUnnormed: true });
            }

            if (_preset.TimeMix is { HasChannelMix: true })
            {
                AddChannelMix($"blk.{layer}.", _preset.TimeMix);
            }
            else if (_preset.StateSpace is not { IsAlone: true } && _preset.NetworksAlone?.Contains(layer) is not false && GemmaWriter.HiddenOf(_preset, layer) > 0)
            {
                AddFeedForward($"{LayerPrefix}{layer}.", layer);
            }

            AddPerLayerBranch($"blk.{layer}.");
            AddStreamsOfLayer($"blk.{layer}.");
        }

        if (_preset.HasOutputNorm)
        {
            AddNorm(_preset.OutputNorm, Embedding);
        }

        AddAnsweringDecoder();
        if (!_preset.IsTied && _preset.Encoder is null or { DecoderLayers: > 0 })
        {
            AddMatrix("output.weight", Embedding, VocabularySize, isHead: true);
            AddBias("output.bias", VocabularySize, _preset.HasOutputBias);
        }

        AddClassifier();
        AddTermsHead();
    }

    // From 1 to 8 as those of Llama 3, and a little or much above 1 as those of LongRoPE.
    private void AddRotaryFactors()
    {
        int pairs = RotaryDimensions / 2;
        if (_preset.HasRotaryFactors)
        {
            AddFactors("rope_freqs.weight", pair => Math.Clamp(1 + 7.0 * (2 * pair - pairs / 2) / pairs, 1, 8));
        }

        if (_preset.Gemma is { HasProportionalRotation: true })
        {
            AddFactors("rope_freqs.weight", pair => pair < pairs / 4 ? 1 : 1e30);
        }

        if (_preset.HasLongRotaryFactors)
        {
            AddFactors("rope_factors_long.weight", pair => 1 + 9.0 * pair / pairs);
            AddFactors("rope_factors_short.weight", pair => 1 + 0.1 * pair / pairs);
        }

        void AddFactors(string name, Func<int, double> factor) =>
            _writer.AddTensor(name, [pairs], [.. Enumerable.Range(0, pairs).Select(pair => (float)factor(pair))]);
    }

    private void AddAttention(string prefix, int layer, bool hasNorm = true)
    {
        int dimension = GemmaWriter.HeadDimensionOf(_preset, layer) * _widening;
        int heads = GemmaWriter.HeadsOf(_preset, layer);
        int queryRows = heads * dimension;
        int keyValueHeads = GemmaWriter.KeyValueHeadsOf(_preset, layer);
        int keyRows = keyValueHeads * dimension;
        if (_preset.HasAttentionNorm && hasNorm)
        {
            AddNorm(prefix + "attn_norm", Embedding);
        }

        if (_preset.HasSecondAttentionNorm)
        {
            AddNorm(prefix + "attn_norm_2", Embedding);
        }

        if (_preset.HasFusedQueries)
        {
            AddProjection(prefix + "attn_qkv", Embedding, queryRows + 2 * keyRows, _preset.HasQueryBiases);
        }
        else
        {
            AddQueries(prefix, _preset.DeltaRule is null ? queryRows : 2 * queryRows);
            if (GemmaWriter.HasKeys(_preset, layer))
            {
                AddProjection(prefix + "attn_k", Embedding, keyRows, _preset.HasQueryBiases);
            }

            if (GemmaWriter.HasValues(_preset, layer))
            {
                AddProjection(prefix + "attn_v", Embedding, keyRows, _preset.HasQueryBiases);
            }
        }

        AddDistanceBias(prefix, layer, heads);
        AddHeadNormBiases(prefix, queryRows, keyRows);
        AddHeadNorm(prefix + "attn_q_norm.weight", heads, dimension);
        if (GemmaWriter.HasKeys(_preset, layer))
        {
            AddHeadNorm(prefix + "attn_k_norm.weight", keyValueHeads, dimension);
        }

        if (_preset.HasOutputGate)
        {
            AddMatrix(prefix + "attn_gate.weight", Embedding, queryRows);
        }

        if (_preset.HasSubNorms)
        {
            AddNorm(prefix + "attn_sub_norm", queryRows);
        }

        AddProjection(prefix + AttentionOutput, queryRows, Embedding, _preset.HasAttentionOutputBias);
        if (_preset.HasSinks)
        {
            AddVector(prefix + "attn_sinks.weight", [heads], 1, 1);
        }

        AddSumNorm(prefix + "attn_output_norm");
        AddPostNorm(prefix + _preset.AttentionPostNorm, mean: 1);
    }

    private void AddPostNorm(string name, double mean)
    {
        if (_preset.HasPostNorms)
        {
            AddVector(name, [Embedding], mean, NormDeviation);
        }
    }

    private void AddConvolution(string prefix)
    {
        AddNorm(prefix + "attn_norm", Embedding);
        AddMatrix(prefix + "shortconv.in_proj.weight", Embedding, 3 * Embedding);
        AddVector(prefix + "shortconv.conv.weight", [Taps, Embedding], 0, FilterDeviation);
        AddMatrix(prefix + "shortconv.out_proj.weight", Embedding, Embedding);
    }

    private void AddHeadNorm(string name, int heads, int dimension)
    {
        if (_preset.HeadNorms != HeadNorms.None)
        {
            AddVector(name, _preset.HeadNorms switch
            {
                HeadNorms.Each => [dimension],
                HeadNorms.All => [heads * dimension],
                _ => [dimension, heads],
            }, _preset.Gemma is null ? 1 : HeadNormOfUnscaledScores, NormDeviation);
        }
    }

    private void AddFeedForward(string prefix, int layer)
    {
        AddSumNorm(prefix + "layer_output_norm");
        if (_preset.FeedForwardNorm is string norm && _preset.StateSpace is { IsBesideAttention: true })
        {
            // Falcon-H1's have no ".weight" behind their name.
            AddVector(prefix + norm, [Embedding], 1, NormDeviation);
        }
        else if (_preset.FeedForwardNorm is string usual)
        {
            AddNorm(prefix + usual, Embedding);
        }

        if (_preset.Experts is ExpertsPreset experts && experts.Has(layer))
        {
            AddExperts(prefix, experts);
            if (_preset.Gemma is not { HasDenseBeside: true })
            {
                AddPostNorm(prefix + _preset.FeedForwardPostNorm, GeluNorm);
                return;
            }

            AddVector(prefix + "ffn_gate_inp.scale", [Embedding], 1, NormDeviation);
            AddVector(prefix + "ffn_down_exps.scale", [experts.Count], 1, NormDeviation);
            AddNorm(prefix + "pre_ffw_norm_2", Embedding);
            AddNorm(prefix + "post_ffw_norm_1", Embedding);
            AddNorm(prefix + "post_ffw_norm_2", Embedding);
        }

        int hidden = GemmaWriter.HiddenOf(_preset, layer) * _widening;
        if (_preset.Gate == Gates.Split)
        {
            AddProjection(prefix + "ffn_gate", Embedding, hidden, _preset.HasFeedForwardBiases);
        }

        AddProjection(prefix + "ffn_up", Embedding, _preset.Gate == Gates.Fused ? 2 * hidden : hidden, _preset.HasFeedForwardBiases);
        if (_preset.HasSubNorms)
        {
            AddNorm(prefix + "ffn_sub_norm", hidden);
        }

        AddProjection(prefix + "ffn_down", hidden, Embedding, _preset.HasFeedForwardBiases || _preset.Encoder is { HasDownBias: true });
        AddPostNorm(prefix + _preset.FeedForwardPostNorm, GeluNorm);
    }

    private void AddProjection(string name, int columns, int rows, bool hasBias)
    {
        AddMatrix(name + ".weight", columns, rows);
        AddBias(name + ".bias", rows, hasBias);
    }

    private void AddNorm(string name, int length, bool hasBias = false)
    {
        AddVector(name + ".weight", [length], 1, NormDeviation);
        AddBias(name + ".bias", length, hasBias || _preset.Norms is Norms.Layer or Norms.RootMeanSquareWithBiases);
    }

    private void AddBias(string name, int length, bool isThere)
    {
        if (isThere)
        {
            AddVector(name, [length], 0, BiasDeviation);
        }
    }

    private void AddMatrix(string name, int columns, int rows, double? deviation = null, bool isHead = false)
    {
        GgmlType format = _mix.FormatOf(name, isHead);
        byte[] bytes = RandomMatrix.Create(format, columns, rows, deviation ?? MatrixDeviation / Math.Sqrt(columns), RandomOf(name));
        _writer.AddTensor(name, format.Id, [columns, rows], bytes);
    }

    // A stack of matrices, one an expert.
    private byte[] Matrices(string name, int columns, int rows, int count) =>
        RandomMatrix.Create(_mix.FormatOf(name, isHead: false), columns, rows * count, MatrixDeviation / Math.Sqrt(columns), RandomOf(name));

    private void AddMatrices(string name, int columns, int rows, int count) =>
        AddMatrices(name, columns, rows, count, Matrices(name, columns, rows, count));

    private void AddMatrices(string name, int columns, int rows, int count, byte[] bytes) =>
        _writer.AddTensor(name, _mix.FormatOf(name, isHead: false).Id, [columns, rows, count], bytes);

    private void AddVector(string name, long[] shape, double mean, double deviation)
    {
        RepeatableRandom random = RandomOf(name);
        float[] values = new float[shape.Aggregate((product, dimension) => product * dimension)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(mean + deviation * random.NextBell());
        }

        _writer.AddTensor(name, shape, values);
    }

    // Of each tensor by itself, so that another tensor more changes no other's numbers.
    private RepeatableRandom RandomOf(string tensor) => new($"{_preset.Name}/{tensor}");
}
