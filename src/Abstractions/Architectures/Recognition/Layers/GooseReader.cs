namespace ModelGen.Architectures;

/// <summary>Reads the time mixing of RWKV-7 (<see cref="GooseSpec"/>).</summary>
/// <param name="header">The file's header.</param>
/// <param name="embedding">Floats of x.</param>
/// <param name="parts">Gate and norm of heads' outputs.</param>
internal sealed class GooseReader(HeaderQuery header, int embedding, Presence parts) : IMixerReader
{
    private const string GateRankKey = "attention.gate_lora_rank";

    private readonly TimeMixHeads _heads = header.HeadsOfTimeMix(embedding);
    private readonly int _decayRank = header.Size("attention.decay_lora_rank");
    private readonly int _rateRank = header.Size("attention.iclr_lora_rank");
    private readonly int _valueMixRank = header.Size("attention.value_residual_mix_lora_rank");
    private readonly int _gateRank = parts == Presence.Required ? header.Size(GateRankKey) : header.SizeOrZero(GateRankKey);

    public MixerSpec Read(string prefix, int layer)
    {
        const int Ungated = 5;
        string name = prefix + "time_mix_";
        bool isGated = parts == Presence.Required || (header.HasTensor(name + "g1.weight") && _gateRank > 0);
        bool hasNorm = parts == Presence.Required || header.HasTensor(name + "ln.weight");

        // A file may have a shift for a gate that is not there.
        string shiftName = name + "lerp_fused.weight";
        int count = isGated || !header.HasShape(shiftName, embedding, 1, 1, Ungated) ? Ungated + 1 : Ungated;
        TensorSpec[] shifts = header.FusedShifts(shiftName, embedding, count);
        (TensorSpec ofReceptance, TensorSpec ofDecay, TensorSpec ofKey) = (shifts[0], shifts[1], shifts[2]);
        (TensorSpec ofValue, TensorSpec ofRate) = (shifts[3], shifts[4]);
        if (layer == 0)
        {
            // The first layer's values are its own; converters write tensors of a mix for it all the same.
            header.IgnoreTensors(name + "v0.");
            header.IgnoreTensors(name + "v1.");
            header.IgnoreTensors(name + "v2.");
        }

        return new GooseSpec(
            _heads,
            header.Shifted(name + "receptance", embedding, ofReceptance),
            header.Shifted(name + "key", embedding, ofKey),
            header.Shifted(name + "value", embedding, ofValue),
            LowRank(name + "w", ofDecay, _decayRank),
            LowRank(name + "a", ofRate, _rateRank),
            layer == 0 ? null : LowRank(name + "v", ofValue, _valueMixRank),
            isGated ? LowRank(name + "g", shifts[Ungated], _gateRank, hasBias: false) : null,
            new GooseVectors(Vector(name + "k_k"), Vector(name + "k_a"), Vector(name + "r_k")),
            hasNorm ? header.NormOfTimeMix(prefix, _heads) : null,
            header.Matrix(name + "output.weight", embedding, embedding));
    }

    private TensorSpec Vector(string name) => header.Vector(name + ".weight", embedding);

    // Bias, first and second factor have the numbers 0, 1 and 2.
    private LowRankSpec LowRank(string name, TensorSpec shift, int rank, bool hasBias = true) => new(
        shift,
        header.Matrix(name + "1.weight", embedding, rank),
        header.Matrix(name + "2.weight", rank, embedding),
        hasBias ? Vector(name + "0") : null);
}
