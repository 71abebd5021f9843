namespace ModelGen.Architectures;

/// <summary>Where the gate of an attention's output stands.</summary>
internal enum AttentionGate
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Its rows are among those of the queries, a head's behind its query's.</summary>
    AmongQueries,

    /// <summary>In a matrix of its own, attn_gate.</summary>
    OwnMatrix,
}
