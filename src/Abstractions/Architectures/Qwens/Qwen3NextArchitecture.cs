namespace ModelGen.Architectures;

/// <summary>
/// "qwen3next": gated delta rules, every fourth layer attention with a gate behind it, experts, and beside them a network that every token takes,
/// behind a gate (Qwen team 2025, Qwen3-Next).
/// </summary>
internal sealed class Qwen3NextArchitecture : DecoderArchitecture
{
    private const string IntervalKey = "full_attention_interval";
    private const int DefaultInterval = 4;

    public override string Name => "qwen3next";

    /// <summary>What all of the family have in common.</summary>
    /// <param name="header">The file's header.</param>
    /// <param name="hasGroups">Whether what belongs to a key head of a delta rule stands together.</param>
    public static DecoderTraits TraitsOf(HeaderQuery header, bool hasGroups)
    {
        header.IgnoreSectionsOfText("rope.dimension_sections");

        // The file says which layers are recurrent, or how many make a period, the last of which is not.
        bool[]? isRecurrent = header.FlagsOfLayers("attention.recurrent_layers");
        int interval = isRecurrent is null ? header.SizeOrZero(IntervalKey, DefaultInterval) : DefaultInterval;
        header.Ignore(IntervalKey);
        if (interval == 0)
        {
            header.Refuse(IntervalKey, "is 0; a period has one layer at least");
            interval = DefaultInterval;
        }

        return new DecoderTraits
        {
            HeadNorm = Presence.Required,
            Gate = AttentionGate.AmongQueries,
            FeedForwardNorm = "post_attention_norm",
            Recurrent = (query, shape) => new DeltaRuleReader(query, shape, hasGroups),
            IsRecurrent = layer => isRecurrent?[layer] ?? (layer + 1) % interval != 0,
            MayPredictAhead = true,
        };
    }

    /// <summary>Its experts.</summary>
    public static DecoderTraits WithExperts(HeaderQuery header, DecoderTraits traits)
    {
        // A file need not say how many hidden units networks have that no layer has.
        int hidden = header.SizeOrZero("feed_forward_length");
        int ofExpert = hidden > 0
            ? header.SizeOrElse("expert_feed_forward_length", hidden / header.Size("expert_used_count"))
            : header.Size("expert_feed_forward_length");
        int shared = hidden > 0
            ? header.SizeOrElse("expert_shared_feed_forward_length", hidden)
            : header.Size("expert_shared_feed_forward_length");
        return traits with
        {
            HiddenLength = hidden > 0 ? hidden : ofExpert,
            Experts = new ExpertTraits { HiddenLength = ofExpert, SharedLength = shared, GatesShared = true, Normalises = true },
        };
    }

    protected override DecoderTraits Describe(HeaderQuery header) => WithExperts(header, TraitsOf(header, hasGroups: true));
}
