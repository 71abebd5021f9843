using System;
using System.Text.Json;

namespace ModelGen;

/// <summary>
/// A type that a model can answer with. Types get it by <see cref="GeneratedOutputAttribute"/>: the generator writes its members, none of which is
/// called by hand.
/// </summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IGeneratedOutput<TSelf>
    where TSelf : IGeneratedOutput<TSelf>
{
    /// <summary>What texts are JSON of the type, as tables that were made when the program was compiled.</summary>
    static abstract ReadOnlySpan<byte> GrammarTables { get; }

    /// <summary>The type's JSON Schema (draft 2020-12), with what its documentation says as descriptions.</summary>
    static abstract string JsonSchema { get; }

    /// <summary>Makes a value of JSON.</summary>
    /// <param name="reader">Stands at the value's first token, and afterwards at its last one.</param>
    /// <param name="isPartial">Whether properties may be missing that the type must have: those are the defaults of their types.</param>
    /// <exception cref="JsonException">It is not JSON of the type.</exception>
    /// <exception cref="InvalidOperationException">A token is of another kind than the type asks for.</exception>
    /// <exception cref="FormatException">A number or text is not one of its type.</exception>
    static abstract TSelf Read(ref Utf8JsonReader reader, bool isPartial);
}
