using System;
using System.Text.Json;

namespace ModelGen.Output;

/// <summary>Turns JSON into values of types that carry <see cref="GeneratedOutputAttribute"/>.</summary>
internal static class OutputText
{
    // How deep an answer is nested is limited by its tokens alone; the reader's own limit of 64 would refuse answers that the grammar allows.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>The value of a text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="isPartial">Whether properties may be missing.</param>
    /// <exception cref="ModelGenException">It is not JSON of the type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, bool isPartial = false)
        where T : IGeneratedOutput<T>
    {
        try
        {
            Utf8JsonReader reader = new(json, Options);
            reader.Read();
            T value = T.Read(ref reader, isPartial);
            return reader.Read() ? throw new JsonException("there is more behind it.") : value;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or InsufficientExecutionStackException)
        {
            throw new ModelGenException($"The text is not JSON of '{typeof(T).Name}': {error.Message}", error);
        }
    }
}
