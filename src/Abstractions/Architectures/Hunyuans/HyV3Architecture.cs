using System;

namespace ModelGen.Architectures;

/// <summary>
/// "hy_v3": as qwen3, with experts in all layers but the leading ones, chosen with a bias, and beside them a network that every token takes
/// (Tencent 2026, Hunyuan 3).
/// </summary>
internal sealed class HyV3Architecture : DecoderArchitecture
{
    public override string Name => "hy_v3";

    protected override DecoderTraits Describe(HeaderQuery header)
    {
        // That a layer has experts shows by its router.
        header.Ignore("leading_dense_block_count", "expert_shared_count");
        return new DecoderTraits
        {
            HeadNorm = Presence.Required,
            MayPredictAhead = true,
            Experts = ExpertTraits.AsTheFileSays(header, GatingFunction.Sigmoid) with
            {
                HasExperts = layer => header.HasTensor(FormattableString.Invariant($"blk.{layer}.ffn_gate_inp.weight")),
                SelectionBias = Presence.Optional,
                SelectionBiasName = "exp_probs_b",
                SharedLength = header.SizeOrElse("expert_shared_feed_forward_length", header.Size("expert_feed_forward_length")),
            },
        };
    }
}
