using System.Linq;

namespace ModelGen.Architectures;

/// <summary>Reads the time mixing of RWKV-6 (<see cref="FinchSpec"/>).</summary>
/// <param name="header">The file's header.</param>
/// <param name="embedding">Floats of x.</param>
internal sealed class FinchReader(HeaderQuery header, int embedding) : IMixerReader
{
    private readonly TimeMixHeads _heads = header.HeadsOfTimeMix(embedding);
    private readonly int _rank = ReadRank(header);
    private readonly int _decayRank = header.Size("time_decay_extra_dim");

    public MixerSpec Read(string prefix, int layer)
    {
        string name = prefix + "time_mix_";
        TensorSpec[] shifts = Shifts(name);
        return new FinchSpec(
            _heads,
            header.Vector(name + "lerp_x.weight", embedding),
            header.Matrix(name + "w1.weight", embedding, FinchSpec.Offsets * _rank),
            header.Stack(name + "w2.weight", _rank, embedding, FinchSpec.Offsets),
            new LowRankSpec(
                shifts[0],
                header.Matrix(name + "decay_w1.weight", embedding, _decayRank),
                header.Matrix(name + "decay_w2.weight", _decayRank, embedding),
                header.Vector(name + "decay.weight", embedding)),
            header.Shifted(name + "key", embedding, shifts[1]),
            header.Shifted(name + "value", embedding, shifts[2]),
            header.Shifted(name + "receptance", embedding, shifts[3]),
            header.Shifted(name + "gate", embedding, shifts[4]),
            header.Vector(name + "first.weight", embedding, [_heads.Dimension, _heads.Count]),
            header.NormOfTimeMix(prefix, _heads),
            header.Matrix(name + "output.weight", embedding, embedding));
    }

    /// <summary>One tensor, or in older files one each.</summary>
    private TensorSpec[] Shifts(string name)
    {
        string fused = name + "lerp_fused.weight";
        string[] apart = [.. new[] { "w", "k", "v", "r", "g" }.Select(part => $"{name}lerp_{part}.weight")];
        return header.HasTensor(fused) || !header.HasTensor(apart[0])
            ? header.FusedShifts(fused, embedding, FinchSpec.Offsets)
            : [.. apart.Select(part => header.Vector(part, embedding))];
    }

    private static int ReadRank(HeaderQuery header)
    {
        const string Key = "time_mix_extra_dim";
        int rank = header.Size(Key);
        if (rank % FinchSpec.RankMultiple != 0)
        {
            header.Refuse(Key, $"is {rank}; a multiple of {FinchSpec.RankMultiple} is supported");
        }

        return rank;
    }
}
