using System.Text.Json.Serialization;

namespace ModelGen.Server.Contracts;

/// <summary>An error, in OpenAI's form.</summary>
internal sealed class ErrorBody
{
    public required ErrorDetail Error { get; init; }
}

/// <summary>What is wrong.</summary>
internal sealed class ErrorDetail
{
    public required string Message { get; init; }

    public required string Type { get; init; }

    /// <summary>The field that is meant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Param { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Code { get; init; }
}
