namespace ModelGen.Architectures;

/// <summary>
/// Reads selective state spaces with heads, as Mamba 2 has them (Dao and Gu 2024): gate, input, B, C and steps are rows of one matrix.
/// </summary>
internal sealed class StateSpaceReader(HeaderQuery header, int embedding, float epsilon, Presence filterBias, Presence norm) : IMixerReader
{
    private readonly int _taps = ReadTaps(header);
    private readonly StateSpaceShape _shape = ReadShape(header, header.Size("ssm.time_step_rank"), header.Size("ssm.group_count"));

    public MixerSpec Read(string prefix, int layer)
    {
        (int channels, int heads, int groups) = (_shape.Channels, _shape.Heads, _shape.Groups);
        int convolved = channels + 2 * groups * _shape.StateLength;
        string normName = prefix + "ssm_norm.weight";
        bool hasNorm = norm == Presence.Required || (norm == Presence.Optional && header.HasTensor(normName));
        return new StateSpaceSpec(
            _shape,
            _taps,
            header.Matrix(prefix + "ssm_in.weight", embedding, channels + convolved + heads),
            new StateSpaceRows(Gate: 0, Convolved: channels, Step: channels + convolved),
            header.Vector(prefix + "ssm_conv1d.weight", _taps * convolved, [_taps, convolved]),
            header.Vector(prefix + "ssm_conv1d.bias", convolved, filterBias),
            Selection: null,
            header.Vector(prefix + "ssm_dt.bias", heads),
            header.Vector(prefix + "ssm_a", heads, [1, heads]),
            header.Vector(prefix + "ssm_d", heads, [1, heads]),
            hasNorm
                ? new NormSpec(NormKind.RootMeanSquare, epsilon, header.Vector(normName, channels, [channels / groups, groups]), Bias: null)
                : null,
            header.Matrix(prefix + "ssm_out.weight", channels, embedding));
    }

    /// <summary>Tokens that the convolution sees.</summary>
    public static int ReadTaps(HeaderQuery header)
    {
        int taps = header.Size("ssm.conv_kernel");
        if (taps < ConvolutionSpec.LeastTaps)
        {
            header.Refuse("ssm.conv_kernel", $"is {taps}; a convolution sees at least {ConvolutionSpec.LeastTaps} tokens");
        }

        return taps;
    }

    /// <summary>The sizes, of which heads must divide the channels into whole strips, and groups the heads.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="heads">Heads; 0: each channel is one.</param>
    /// <param name="groups">Groups.</param>
    public static StateSpaceShape ReadShape(HeaderQuery header, int heads, int groups)
    {
        const int Strip = StateSpaceShape.StripChannels;
        int channels = header.Size("ssm.inner_size");
        int length = header.Size("ssm.state_size");
        if (heads == 0 && channels % Strip != 0)
        {
            header.Refuse("ssm.inner_size", $"is {channels}; a multiple of {Strip} is supported");
        }
        else if (heads > 0 && channels % (heads * (long)Strip) != 0)
        {
            header.Refuse("ssm.inner_size", $"is {channels}, of {heads} heads; heads of a multiple of {Strip} channels are supported");
        }
        else if (heads > 0 && heads % groups != 0)
        {
            header.Refuse("ssm.group_count", $"is {groups}, which does not divide ssm.time_step_rank = {heads}");
        }

        return new StateSpaceShape(channels, heads == 0 ? channels : heads, groups, length);
    }
}
