using System.Collections.Generic;
using System.Text.Json;

namespace ModelGen;

/// <summary>How a JSON Schema becomes a grammar (<see cref="Grammar.FromJsonSchema(string, JsonSchemaOptions?)"/>).</summary>
public sealed record JsonSchemaOptions
{
    /// <summary>Documents that the schema may refer to, by their URI. None is fetched.</summary>
    public IReadOnlyDictionary<string, JsonElement> Documents { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>
    /// Whether <c>format</c> is asserted, and a format that cannot be is refused; else it is an annotation, as draft 2020-12 has it.
    /// </summary>
    public bool AssertFormats { get; init; }

    /// <summary>What white space there may be between tokens. Default <see cref="JsonWhiteSpace.Formatted"/>.</summary>
    public JsonWhiteSpace WhiteSpace { get; init; }
}
