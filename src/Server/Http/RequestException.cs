using System;
using Microsoft.AspNetCore.Http;
using ModelGen.Server.Contracts;

namespace ModelGen.Server.Http;

/// <summary>A request that is answered with an error.</summary>
internal sealed class RequestException : Exception
{
    private RequestException(int status, string type, string message, string? field, string? code)
        : base(message)
    {
        Status = status;
        Body = new ErrorBody { Error = new ErrorDetail { Message = message, Type = type, Param = field, Code = code } };
    }

    /// <summary>Of HTTP.</summary>
    public int Status { get; }

    /// <summary>What is written.</summary>
    public ErrorBody Body { get; }

    /// <summary>A field that cannot be done.</summary>
    /// <param name="field">Its name, with the path to it; null where it is the body as such.</param>
    /// <param name="message">What is wrong with it, and what to write instead.</param>
    public static RequestException Invalid(string? field, string message) => Invalid(field, message, code: null);

    /// <param name="field">Its name.</param>
    /// <param name="error">What the library says of it; the name of the library's own parameter says nothing to who asks.</param>
    /// <inheritdoc cref="Invalid(string?, string)"/>
    public static RequestException Invalid(string? field, ArgumentException error) =>
        Invalid(field, error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal));

    /// <param name="field">Its name.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="code">What programs know the error by.</param>
    /// <inheritdoc cref="Invalid(string?, string)"/>
    public static RequestException Invalid(string? field, string message, string? code) =>
        new(StatusCodes.Status400BadRequest, ErrorTypes.Invalid, message, field, code);

    /// <summary>More tokens than the context, or the server, allows.</summary>
    public static RequestException TooLong(string field, string message) => Invalid(field, message, "context_length_exceeded");

    /// <summary>A model that there is not.</summary>
    public static RequestException NoSuchModel(string message) =>
        new(StatusCodes.Status404NotFound, ErrorTypes.Invalid, message, "model", "model_not_found");

    /// <summary>Nobody that the server knows.</summary>
    public static RequestException NoKey(string message) =>
        new(StatusCodes.Status401Unauthorized, ErrorTypes.Invalid, message, null, "invalid_api_key");

    /// <summary>A body of a kind or a size that is not read.</summary>
    /// <param name="status">Of HTTP.</param>
    /// <param name="message">What is wrong.</param>
    public static RequestException OfBody(int status, string message) => new(status, ErrorTypes.Invalid, message, null, null);

    /// <summary>Too many at once.</summary>
    public static RequestException Busy(string message) =>
        new(StatusCodes.Status429TooManyRequests, ErrorTypes.Busy, message, null, "rate_limit_exceeded");

    /// <summary>It took longer than it may.</summary>
    public static RequestException TimedOut(TimeSpan limit) => new(
        StatusCodes.Status504GatewayTimeout,
        ErrorTypes.Server,
        $"The request took longer than {limit.TotalSeconds:0.###} s; ask for fewer tokens, or raise the server's RequestTimeout.",
        null,
        "timeout");

    /// <summary>The server ends.</summary>
    public static RequestException Ending() => new(
        StatusCodes.Status503ServiceUnavailable, ErrorTypes.Server, "The server is being stopped; try again later.", null, "unavailable");

    /// <summary>What went wrong is not the request's.</summary>
    /// <param name="message">What may be said of it.</param>
    public static RequestException Internal(string message) =>
        new(StatusCodes.Status500InternalServerError, ErrorTypes.Server, message, null, "internal_error");

    private static class ErrorTypes
    {
        public const string Invalid = "invalid_request_error";
        public const string Busy = "rate_limit_error";
        public const string Server = "server_error";
    }
}
