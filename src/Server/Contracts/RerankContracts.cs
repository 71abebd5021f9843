using System.Collections.Generic;
using System.Text.Json;

namespace ModelGen.Server.Contracts;

/// <summary>Documents that are to be sorted by how well they answer a query.</summary>
internal sealed class RerankRequest
{
    public string? Model { get; init; }

    public required string Query { get; init; }

    /// <summary>Texts, or objects with a text.</summary>
    public required List<JsonElement> Documents { get; init; }

    public int? TopN { get; init; }

    public bool? ReturnDocuments { get; init; }
}

/// <summary>The documents, the best one first.</summary>
internal sealed class RerankResults
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required IReadOnlyList<RerankResult> Results { get; init; }

    public required Usage Usage { get; init; }
}

/// <summary>A document with its score.</summary>
internal sealed class RerankResult
{
    /// <summary>Where it stands in the request.</summary>
    public required int Index { get; init; }

    public required float RelevanceScore { get; init; }

    public RerankDocument? Document { get; init; }
}

/// <summary>A document's text.</summary>
internal sealed class RerankDocument
{
    public required string Text { get; init; }
}
