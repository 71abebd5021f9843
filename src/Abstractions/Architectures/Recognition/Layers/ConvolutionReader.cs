namespace ModelGen.Architectures;

/// <summary>Reads gated convolutions over the last tokens (<see cref="ConvolutionSpec"/>).</summary>
internal sealed class ConvolutionReader(HeaderQuery header, DecoderShape shape) : IMixerReader
{
    private readonly int _taps = ReadTaps(header);

    public MixerSpec Read(string prefix, int layer) => new ConvolutionSpec(
        shape.Embedding,
        _taps,
        header.Matrix(prefix + "shortconv.in_proj.weight", shape.Embedding, 3 * shape.Embedding),
        header.Vector(prefix + "shortconv.conv.weight", _taps * shape.Embedding, [_taps, shape.Embedding]),
        header.Matrix(prefix + "shortconv.out_proj.weight", shape.Embedding, shape.Embedding));

    private static int ReadTaps(HeaderQuery header)
    {
        int taps = header.Size("shortconv.l_cache");
        if (taps < ConvolutionSpec.LeastTaps)
        {
            header.Refuse("shortconv.l_cache", $"is {taps}; a convolution sees at least {ConvolutionSpec.LeastTaps} tokens");
        }

        return taps;
    }
}
