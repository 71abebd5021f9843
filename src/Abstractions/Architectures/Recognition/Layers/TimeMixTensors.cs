using System.Linq;

namespace ModelGen.Architectures;

/// <summary>What the time mixings of RWKV have in common in their files.</summary>
internal static class TimeMixTensors
{
    private const string HeadKey = "wkv.head_size";

    /// <summary>The heads, which must divide x into whole vectors.</summary>
    public static TimeMixHeads HeadsOfTimeMix(this HeaderQuery header, int embedding)
    {
        const int Multiple = TimeMixHeads.DimensionMultiple;
        const int Largest = TimeMixHeads.LargestDimension;
        int dimension = header.Size(HeadKey);
        if (dimension % Multiple != 0 || dimension > Largest)
        {
            header.Refuse(HeadKey, $"is {dimension}; heads of a time mixing have a multiple of {Multiple} floats, {Largest} at most");
            return new TimeMixHeads(1, Multiple);
        }

        if (embedding % dimension != 0)
        {
            header.Refuse(HeadKey, $"is {dimension}, which does not divide embedding_length = {embedding}");
        }

        return new TimeMixHeads(embedding / dimension, dimension);
    }

    /// <summary>Norm of heads' outputs.</summary>
    public static NormSpec NormOfTimeMix(this HeaderQuery header, string prefix, TimeMixHeads heads) => new(
        NormKind.Layer,
        TimeMixHeads.NormEpsilon,
        header.Vector(prefix + "time_mix_ln.weight", heads.Length),
        header.Vector(prefix + "time_mix_ln.bias", heads.Length));

    /// <summary>Shifts that stand in one tensor.</summary>
    public static TensorSpec[] FusedShifts(this HeaderQuery header, string name, int embedding, int count)
    {
        TensorSpec all = header.Vector(name, count * embedding, [embedding, 1, 1, count]);
        return [.. Enumerable.Range(0, count).Select(i => all with { Columns = embedding, First = (long)i * embedding })];
    }

    /// <summary>A matrix [embedding, embedding] that reads a mixture.</summary>
    public static ShiftedMatrix Shifted(this HeaderQuery header, string name, int embedding, TensorSpec shift) =>
        new(shift, header.Matrix(name + ".weight", embedding, embedding));
}
