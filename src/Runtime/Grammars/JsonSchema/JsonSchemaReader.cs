using System;
using System.Text.Json;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.JsonSchema.Documents;

namespace ModelGen.Grammars.JsonSchema;

/// <summary>
/// Reads a JSON Schema, of draft 2020-12 or draft 7, as a grammar of the JSON texts that it holds of. A keyword that cannot be kept is
/// refused, never passed over; what the drafts call annotations is passed over.
/// </summary>
internal static class JsonSchemaReader
{
    /// <summary>Reads a schema and compiles its grammar.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="options">How it becomes a grammar.</param>
    /// <exception cref="GrammarException">
    /// It is not a schema, refers to what is not there, asks for what no grammar can keep, or no value fulfils it.
    /// </exception>
    public static CompiledGrammar Compile(JsonElement schema, JsonSchemaOptions options) => Guarded(() =>
    {
        SchemaGrammar grammar = Open(schema, options);
        return GrammarCompiler.Compile(grammar.Build(), () => Unfulfillable.Error(grammar));
    });

    /// <summary>Reads a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="options">How it becomes a grammar.</param>
    /// <exception cref="GrammarException">It is not a schema, refers to what is not there, or asks for what no grammar can keep.</exception>
    public static GrammarDefinition Read(JsonElement schema, JsonSchemaOptions options) => Guarded(() => Open(schema, options).Build());

    /// <summary>Adds the rules of a schema to those of a grammar that it is a part of.</summary>
    /// <param name="rules">Takes them.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="options">How it becomes a grammar.</param>
    /// <returns>The JSON texts that it holds of.</returns>
    /// <exception cref="GrammarException">It is not a schema, refers to what is not there, or asks for what no grammar can keep.</exception>
    public static RuleExpression AddTo(GrammarBuilder rules, JsonElement schema, JsonSchemaOptions options) =>
        Guarded(() => Open(schema, options, rules).Add());

    private static SchemaGrammar Open(JsonElement schema, JsonSchemaOptions options, GrammarBuilder? rules = null) =>
        new(new SchemaDocuments(schema, options.Documents), options, rules ?? new GrammarBuilder());

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException exception)
        {
            // What System.Text.Json says of a text that is none.
            throw new GrammarException("The schema has a text with half of a surrogate pair, or is not JSON throughout: " + exception.Message);
        }
    }
}
