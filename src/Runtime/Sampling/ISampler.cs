namespace ModelGen.Sampling;

/// <summary>One step between the logits and the draw.</summary>
internal interface ISampler
{
    /// <summary>Takes candidates away, at least one stays, or changes their logits. Allocates nothing.</summary>
    void Apply(Candidates candidates);
}
