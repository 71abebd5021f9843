namespace ModelGen.Architectures;

/// <summary>Whether a file of an architecture has a tensor.</summary>
internal enum Presence
{
    /// <summary>No: one that is there is reported as unknown.</summary>
    Absent,

    /// <summary>It may: models of the architecture differ.</summary>
    Optional,

    /// <summary>Yes: a missing one is reported.</summary>
    Required,
}
