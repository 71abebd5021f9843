using System;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <content>Mixtures of experts.</content>
internal sealed partial class DecoderWriter
{
    private void AddExperts(string prefix, ExpertsPreset experts)
    {
        int hidden = (experts.Hidden ?? _preset.Hidden) * _widening;

        // Routers are never quantised. Larger than other matrices, so that experts are of different weight.
        double size = experts.IsRouterEmpty ? 0 : 1;
        AddVector(prefix + "ffn_gate_inp.weight", [Embedding, experts.Count], 0, size * RouterDeviation / Math.Sqrt(Embedding));
        if (experts.HasBiases)
        {
            AddVector(prefix + "ffn_gate_inp.bias", [experts.Count], 0, size * BiasDeviation);
        }

        if (experts.HasSelectionBias)
        {
            AddVector(prefix + "exp_probs_b.bias", [experts.Count], 0, size * BiasDeviation);
        }

        byte[] gate = Matrices(prefix + "ffn_gate_exps.weight", Embedding, hidden, experts.Count);
        byte[] up = Matrices(prefix + "ffn_up_exps.weight", Embedding, hidden, experts.Count);
        if (experts.IsFused)
        {
            // Of each expert its gate, then its up matrix.
            byte[] both = [.. gate.Chunk(gate.Length / experts.Count).Zip(up.Chunk(up.Length / experts.Count), (one, other) => one.Concat(other)).SelectMany(bytes => bytes)];
            AddMatrices(prefix + "ffn_gate_up_exps.weight", Embedding, 2 * hidden, experts.Count, both);
        }
        else
        {
            if (_preset.Gate != Gates.None)
            {
                AddMatrices(prefix + "ffn_gate_exps.weight", Embedding, hidden, experts.Count, gate);
            }

            AddMatrices(prefix + "ffn_up_exps.weight", Embedding, hidden, experts.Count, up);
        }

        AddMatrices(prefix + "ffn_down_exps.weight", hidden, Embedding, experts.Count);
        if (experts.HasBiases)
        {
            AddVector(prefix + "ffn_gate_exps.bias", [hidden, experts.Count], 0, BiasDeviation);
            AddVector(prefix + "ffn_up_exps.bias", [hidden, experts.Count], 0, BiasDeviation);
            AddVector(prefix + "ffn_down_exps.bias", [Embedding, experts.Count], 0, BiasDeviation);
        }

        if (experts.Shared > 0)
        {
            int shared = experts.Shared * _widening;
            if (_preset.Gate != Gates.None)
            {
                AddMatrix(prefix + "ffn_gate_shexp.weight", Embedding, shared);
            }

            AddMatrix(prefix + "ffn_up_shexp.weight", Embedding, shared);
            AddMatrix(prefix + "ffn_down_shexp.weight", shared, Embedding);
        }

        if (experts.IsSharedGated)
        {
            AddVector(prefix + "ffn_gate_inp_shexp.weight", [Embedding], 0, RouterDeviation / Math.Sqrt(Embedding));
        }
    }
}
