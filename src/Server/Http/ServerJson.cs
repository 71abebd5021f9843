using System;
using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;

namespace ModelGen.Server.Http;

/// <summary>The JSON of requests and answers, read and written without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(ChatRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(Completion))]
[JsonSerializable(typeof(ResponseRequest))]
[JsonSerializable(typeof(TextGenerationRequest))]
[JsonSerializable(typeof(TextGeneration))]
[JsonSerializable(typeof(TextGenerationPiece))]
[JsonSerializable(typeof(EmbeddingRequest))]
[JsonSerializable(typeof(EmbeddingList))]
[JsonSerializable(typeof(RerankRequest))]
[JsonSerializable(typeof(RerankResults))]
[JsonSerializable(typeof(TokenizeRequest))]
[JsonSerializable(typeof(TokenizeResult))]
[JsonSerializable(typeof(DetokenizeRequest))]
[JsonSerializable(typeof(DetokenizeResult))]
[JsonSerializable(typeof(ApplyTemplateRequest))]
[JsonSerializable(typeof(ApplyTemplateResult))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ServerJson : JsonSerializerContext
{
    // Letters of all languages as they are: nobody puts these texts into a page.
    private static readonly JsonWriterOptions PlainText = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true,
    };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="RequestException">It is no JSON, or not of this form.</exception>
    public static async ValueTask<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        // A page of another site may send a server on this machine everything but JSON without asking first.
        if (!request.HasJsonContentType())
        {
            throw RequestException.OfBody(
                StatusCodes.Status415UnsupportedMediaType, "The body is JSON; say so with the header 'Content-Type: application/json'.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync(request.BodyReader, type, cancellationToken)
                ?? throw RequestException.Invalid(null, "The body is null; give a JSON object.");
        }
        catch (JsonException error)
        {
            throw ErrorOf(error);
        }
    }

    /// <summary>Reads a value that has arrived already.</summary>
    /// <exception cref="RequestException">It is not of this form.</exception>
    public static T Read<T>(JsonObject json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException error)
        {
            throw ErrorOf(error);
        }
    }

    /// <summary>Writes an answer.</summary>
    public static Task WriteAsync(HttpResponse response, object value, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json; charset=utf-8";
        Write(response.BodyWriter, value);
        return response.BodyWriter.FlushAsync(cancellationToken).AsTask();
    }

    /// <summary>Writes a value.</summary>
    public static void Write(IBufferWriter<byte> output, object value)
    {
        using Utf8JsonWriter writer = new(output, PlainText);
        JsonSerializer.Serialize(writer, value, Default.GetTypeInfo(value.GetType())!);
    }

    private static RequestException ErrorOf(JsonException error)
    {
        string? field = error.Path is null or "$" ? null : error.Path.StartsWith("$.", StringComparison.Ordinal) ? error.Path[2..] : error.Path;
        if (error.InnerException is not null && field is null)
        {
            return RequestException.Invalid(null, $"The body is no JSON object that can be read: {error.InnerException.Message}");
        }

        return RequestException.Invalid(
            field,
            field is null
                ? "The body is no JSON object, or lacks a field; see docs/server.md."
                : $"The field '{field}' is none that is known here, or its value is of the wrong kind; see docs/server.md.");
    }
}
