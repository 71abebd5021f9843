using System;

namespace ModelGen.Sampling;

/// <summary>One step between the logits and the draw.</summary>
internal interface ISampler
{
    /// <summary>Takes candidates away, at least one stays, or changes their logits, which stay below +∞. Allocates nothing.</summary>
    /// <param name="candidates">All of them above −∞ when the first sampler begins.</param>
    /// <param name="text">Ids of the text so far, prompt and answer. Within a generation each call's begins with the last call's.</param>
    void Apply(Candidates candidates, ReadOnlySpan<int> text);
}
