namespace ModelGen.Architectures;

/// <summary>Reads mixtures of experts; their tensors have the names that all GGUF files share.</summary>
internal sealed class ExpertsReader
{
    private const string UsedKey = "expert_used_count";
    private const string GroupsKey = "expert_group_count";
    private const string UsedGroupsKey = "expert_group_used_count";

    private readonly HeaderQuery _header;
    private readonly DecoderTraits _traits;
    private readonly ExpertTraits _own;
    private readonly int _embedding;
    private readonly int _hidden;
    private readonly int _experts;
    private readonly int _used;
    private readonly int _groups;
    private readonly int _usedGroups;

    /// <param name="header">The file's header.</param>
    /// <param name="traits">How the architecture differs from the usual one.</param>
    /// <param name="own">How its experts do.</param>
    /// <param name="embedding">Floats of x.</param>
    /// <param name="hidden">feed_forward_length.</param>
    public ExpertsReader(HeaderQuery header, DecoderTraits traits, ExpertTraits own, int embedding, int hidden)
    {
        _header = header;
        _traits = traits;
        _own = own;
        _embedding = embedding;
        _hidden = own.HiddenLength ?? header.SizeOrElse("expert_feed_forward_length", hidden);
        _experts = header.Size("expert_count");
        _used = header.Size(UsedKey);
        if (_used > _experts)
        {
            header.Refuse(UsedKey, $"is {_used}, and there are {_experts} experts");
        }

        // 0 and 1 both say that there are no groups.
        _groups = header.SizeOrZero(GroupsKey) is > 1 and int groups ? groups : 1;
        _usedGroups = _groups == 1 ? 1 : header.Size(UsedGroupsKey);
        if (_groups == 1)
        {
            header.Ignore(UsedGroupsKey);
        }
        else if (_experts % _groups != 0 || _experts / _groups < RouterSpec.RankedOfGroup)
        {
            header.Refuse(GroupsKey, $"is {_groups}; groups of {_experts} experts must be equal, and of {RouterSpec.RankedOfGroup} experts at least");
        }
        else if (_usedGroups > _groups || _usedGroups * (_experts / _groups) < _used)
        {
            header.Refuse(UsedGroupsKey, $"is {_usedGroups} of {_groups}, which leaves no {_used} experts of {_experts} to choose");
        }
    }

    /// <summary>Reads a layer's.</summary>
    /// <param name="prefix">Begin of its tensors' names.</param>
    /// <param name="layer">Its number.</param>
    public ExpertsSpec Read(string prefix, int layer)
    {
        ActivationSpec activation = _traits.Activation(layer);
        return new ExpertsSpec(
            new RouterSpec(
                _experts,
                _used,
                _own.Gating,
                _header.Matrix(prefix + "ffn_gate_inp.weight", _embedding, _experts),
                _header.Vector(prefix + "ffn_gate_inp.bias", _experts, _own.Bias),
                _header.Vector(prefix + _own.SelectionBiasName, _experts, _own.SelectionBias),
                _groups,
                _usedGroups,
                _own.Normalises,
                _own.Scale,
                _own.WeighsInput)
            {
                ProductScale = _own.RouterScale,
                ReadsLayerInput = _own.RoutesLayerInput,
                OutputScales = _header.Vector(prefix + "ffn_down_exps.scale", _experts, _own.OutputScales),
            },
            Experts(prefix, activation),
            _own.SharedLength > 0 ? Shared(prefix, activation, _own.SharedLength) : null,
            _own.SharedLength > 0 && _own.GatesShared ? _header.Matrix(prefix + "ffn_gate_inp_shexp.weight", _embedding, 1) : null)
        {
            SharedScale = _own.SharedScale,
        };
    }

    private FeedForwardSpec Experts(string prefix, ActivationSpec activation)
    {
        TensorSpec? gate = null;
        TensorSpec up;
        string fused = prefix + "ffn_gate_up_exps.weight";
        if (_traits.IsGated && _header.HasTensor(fused))
        {
            // An expert's gate rows, then its up rows.
            gate = _header.Stack(fused, _embedding, 2 * _hidden, _experts) with { Rows = _hidden };
            up = gate with { First = (long)_embedding * _hidden };
        }
        else
        {
            gate = _traits.IsGated ? _header.Stack(prefix + "ffn_gate_exps.weight", _embedding, _hidden, _experts) : null;
            up = _header.Stack(prefix + "ffn_up_exps.weight", _embedding, _hidden, _experts);
        }

        return new FeedForwardSpec(
            activation,
            gate,
            up,
            _header.Stack(prefix + "ffn_down_exps.weight", _hidden, _embedding, _experts),
            _traits.IsGated ? _header.Stack(prefix + "ffn_gate_exps.bias", _hidden, _experts, _own.Bias) : null,
            _header.Stack(prefix + "ffn_up_exps.bias", _hidden, _experts, _own.Bias),
            _header.Stack(prefix + "ffn_down_exps.bias", _embedding, _experts, _own.Bias));
    }

    private FeedForwardSpec Shared(string prefix, ActivationSpec activation, int length)
    {
        return new FeedForwardSpec(
            activation,
            _traits.IsGated ? _header.Matrix(SharedName("gate"), _embedding, length) : null,
            _header.Matrix(SharedName("up"), _embedding, length),
            _header.Matrix(SharedName("down"), length, _embedding),
            GateBias: null,
            UpBias: null,
            DownBias: null);

        string SharedName(string role) => $"{prefix}ffn_{role}{_own.SharedSuffix}.weight";
    }
}
