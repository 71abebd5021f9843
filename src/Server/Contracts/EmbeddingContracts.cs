using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelGen.Server.Contracts;

/// <summary>Texts whose vectors are asked for.</summary>
internal sealed class EmbeddingRequest
{
    public string? Model { get; init; }

    /// <summary>A text, texts, ids of a text, or lists of such ids.</summary>
    public required JsonElement Input { get; init; }

    public string? EncodingFormat { get; init; }

    public int? Dimensions { get; init; }

    /// <summary>Who asks; it changes no answer.</summary>
    public JsonElement? User { get; init; }
}

/// <summary>The vectors.</summary>
internal sealed class EmbeddingList
{
    public string Object => "list";

    public required IReadOnlyList<EmbeddingItem> Data { get; init; }

    public required string Model { get; init; }

    public required Usage Usage { get; init; }
}

/// <summary>A vector.</summary>
internal sealed class EmbeddingItem
{
    public string Object => "embedding";

    public required int Index { get; init; }

    public required EmbeddingVector Embedding { get; init; }
}

/// <summary>A vector as a list of numbers, or as the bytes of little-endian floats in Base64.</summary>
[JsonConverter(typeof(EmbeddingVectorConverter))]
internal readonly record struct EmbeddingVector(float[] Values, bool IsBase64);

/// <summary>Writes vectors.</summary>
internal sealed class EmbeddingVectorConverter : JsonConverter<EmbeddingVector>
{
    public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are written, not read.");

    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        if (value.IsBase64)
        {
            // .NET runs on no big-endian processor that this project has kernels for.
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.Values.AsSpan()));
            return;
        }

        writer.WriteStartArray();
        foreach (float element in value.Values)
        {
            writer.WriteNumberValue(element);
        }

        writer.WriteEndArray();
    }
}
