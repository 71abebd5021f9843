using System.Collections.Generic;

namespace ModelGen.Server.Contracts;

/// <summary>All models.</summary>
internal sealed class ModelList
{
    public string Object => "list";

    public required IReadOnlyList<ModelCard> Data { get; init; }
}

/// <summary>A model.</summary>
internal sealed class ModelCard
{
    public required string Id { get; init; }

    public string Object => "model";

    public required long Created { get; init; }

    public string OwnedBy => "modelgen";

    /// <summary>Tokens of its context.</summary>
    public required int ContextLength { get; init; }
}
