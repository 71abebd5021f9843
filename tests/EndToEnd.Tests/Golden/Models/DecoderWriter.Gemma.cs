using System;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>What Gemma 4's and 3n's layers have beside those of other decoders.</content>
internal sealed partial class DecoderWriter
{
    private void AddPerLayerInputs()
    {
        if (_preset.Gemma is { PerLayer: > 0 and int length })
        {
            int all = length * _widening * _preset.Layers;
            AddMatrix("per_layer_token_embd.weight", all, VocabularySize, MatrixDeviation / Math.Sqrt(length * _widening));
            AddMatrix("per_layer_model_proj.weight", Embedding, all);
            AddVector("per_layer_proj_norm.weight", [length * _widening], 1, NormDeviation);
        }
    }

    private void AddPerLayerBranch(string prefix)
    {
        if (_preset.Gemma is { PerLayer: > 0 and int length })
        {
            AddMatrix(prefix + "inp_gate.weight", Embedding, length * _widening);
            AddMatrix(prefix + "proj.weight", length * _widening, Embedding);
            AddVector(prefix + "post_norm.weight", [Embedding], GeluNorm, NormDeviation);
        }

        if (_preset.Gemma is { HasOutputScales: true })
        {
            AddVector(prefix + "layer_output_scale.weight", [1], 1, NormDeviation);
        }
    }

    private void AddStreams()
    {
        if (_preset.Gemma is { HasStreams: true })
        {
            AddMatrices("altup_proj.weight", Embedding, Embedding, 3, Matrices("altup_proj.weight", Embedding, Embedding, 3));
            AddMatrices("altup_unembd_proj.weight", Embedding, Embedding, 3, Matrices("altup_unembd_proj.weight", Embedding, Embedding, 3));
        }
    }

    private void AddStreamsOfLayer(string prefix)
    {
        if (_preset.Gemma is { HasStreams: true })
        {
            // The router's products are divided by the width of what it reads.
            AddVector(prefix + "altup_router.weight", [Embedding, Streams], 0, RouterDeviation * Math.Sqrt(Embedding));
            AddNorm(prefix + "altup_router_norm", Embedding);
            AddVector(prefix + "altup_predict_coef.weight", [Streams, Streams * Streams], 0, StreamDeviation);
            AddVector(prefix + "altup_correct_coef.weight", [Streams, Streams], 0, StreamDeviation);
            AddNorm(prefix + "altup_correct_scale", Embedding);
            AddMatrix(prefix + "laurel_l.weight", Embedding, LaurelRank);
            AddMatrix(prefix + "laurel_r.weight", LaurelRank, Embedding);
            AddNorm(prefix + "laurel_post_norm", Embedding);
        }
    }
}
