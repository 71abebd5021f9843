using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.CompilerServices;

/// <summary>What generated readers of types with <see cref="GeneratedOutputAttribute"/> call where a <see cref="Utf8JsonReader"/> has no method of its own.</summary>
public static class OutputReader
{
    /// <summary>Checks that a value is an object, and that there is stack enough for what may be nested in it.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static void RequireObject(ref Utf8JsonReader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Require(ref reader, JsonTokenType.StartObject, "an object");
    }

    /// <summary>Checks that a value is an array.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static void RequireArray(ref Utf8JsonReader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Require(ref reader, JsonTokenType.StartArray, "an array");
    }

    /// <summary>Checks that a value is a text.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static void RequireText(ref Utf8JsonReader reader) => Require(ref reader, JsonTokenType.String, "a text");

    /// <summary>Goes to the name of an object's next property; false at its end.</summary>
    public static bool NextProperty(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>Goes to an array's next value; false at its end.</summary>
    public static bool NextItem(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>Checks that a property has come.</summary>
    /// <exception cref="JsonException">It has not.</exception>
    public static void RequireProperty(bool hasCome, string type, string property)
    {
        if (!hasCome)
        {
            throw MissingProperty(type, property);
        }
    }

    /// <summary>The exception for a property that has not come.</summary>
    public static JsonException MissingProperty(string type, string property) =>
        new($"'{type}' has no property \"{property}\", which it must have.");

    /// <summary>The exception for a property that a type does not have.</summary>
    public static JsonException UnknownProperty(ref Utf8JsonReader reader, string type) =>
        new($"'{type}' has a property \"{reader.GetString()}\", of which nothing is known.");

    /// <summary>The exception for a text that is none of an enumeration's names, or no derived type's.</summary>
    public static JsonException UnknownName(ref Utf8JsonReader reader, string type) =>
        new($"'{type}' has no name {ShownValue(ref reader)}.");

    /// <summary>A text.</summary>
    public static string ReadString(ref Utf8JsonReader reader) => reader.GetString() ?? throw new JsonException("a text was expected, and not null.");

    /// <summary>A number of 128 bits.</summary>
    public static Int128 ReadInt128(ref Utf8JsonReader reader) => Int128.Parse(NumberOf(ref reader), NumberStyles.Integer, CultureInfo.InvariantCulture);

    /// <summary>A number of 128 bits without a sign.</summary>
    public static UInt128 ReadUInt128(ref Utf8JsonReader reader) => UInt128.Parse(NumberOf(ref reader), NumberStyles.Integer, CultureInfo.InvariantCulture);

    /// <summary>A number of 16 bits with a fraction.</summary>
    public static Half ReadHalf(ref Utf8JsonReader reader) => Half.Parse(NumberOf(ref reader), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>A text of one character, as C# counts them.</summary>
    public static char ReadChar(ref Utf8JsonReader reader) =>
        ReadString(ref reader) is [char character] ? character : throw new JsonException("a text of one character was expected.");

    /// <summary>A date: 2026-11-30.</summary>
    public static DateOnly ReadDateOnly(ref Utf8JsonReader reader) =>
        DateOnly.ParseExact(ReadString(ref reader), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A time of the day: 12:34:56, with up to seven digits of a second's fraction.</summary>
    public static TimeOnly ReadTimeOnly(ref Utf8JsonReader reader) =>
        TimeOnly.ParseExact(ReadString(ref reader), "HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <summary>A length of time: 1.12:34:56.7890000, days and fraction where there are some.</summary>
    public static TimeSpan ReadTimeSpan(ref Utf8JsonReader reader) =>
        TimeSpan.ParseExact(ReadString(ref reader), "c", CultureInfo.InvariantCulture);

    /// <summary>An address.</summary>
    public static Uri ReadUri(ref Utf8JsonReader reader) =>
        Uri.TryCreate(ReadString(ref reader), UriKind.RelativeOrAbsolute, out Uri? uri) ? uri : throw new JsonException("an address was expected.");

    /// <summary>Any JSON.</summary>
    public static JsonElement ReadElement(ref Utf8JsonReader reader) => JsonElement.ParseValue(ref reader);

    /// <summary>Any JSON but null.</summary>
    public static JsonNode ReadNode(ref Utf8JsonReader reader) => JsonNode.Parse(ref reader) ?? throw new JsonException("null was not expected.");

    /// <summary>A collection with values in it.</summary>
    public static TCollection Fill<TCollection, T>(TCollection collection, List<T> items)
        where TCollection : ICollection<T>
    {
        foreach (T item in items)
        {
            collection.Add(item);
        }

        return collection;
    }

    /// <summary>A dictionary with values in it.</summary>
    public static TDictionary Fill<TDictionary, T>(TDictionary dictionary, Dictionary<string, T> items)
        where TDictionary : IDictionary<string, T>
    {
        foreach ((string key, T value) in items)
        {
            dictionary[key] = value;
        }

        return dictionary;
    }

    private static void Require(ref Utf8JsonReader reader, JsonTokenType type, string expected)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"{expected} was expected, and not {ShownValue(ref reader)}.");
        }
    }

    private static string ShownValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String or JsonTokenType.PropertyName => $"\"{reader.GetString()}\"",
        JsonTokenType.Null or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(SpanOf(ref reader)),
        _ => "an object or array",
    };

    private static ReadOnlySpan<byte> NumberOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number ? SpanOf(ref reader) : throw new JsonException($"a number was expected, and not {ShownValue(ref reader)}.");

    private static ReadOnlySpan<byte> SpanOf(ref Utf8JsonReader reader) => reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
}
