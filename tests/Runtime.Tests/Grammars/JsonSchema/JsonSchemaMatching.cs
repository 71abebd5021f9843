using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using ModelGen.Grammars.JsonSchema;
using ModelGen.Grammars.Matching;

namespace ModelGen.Runtime.Tests.Grammars.JsonSchema;

/// <summary>A schema all the way to texts: read, compiled and matched.</summary>
internal sealed class JsonSchemaMatching
{
    private readonly GrammarStates _states;

    public JsonSchemaMatching(JsonElement schema, JsonSchemaOptions? options = null) =>
        _states = new GrammarStates(JsonSchemaReader.Compile(schema, options ?? new JsonSchemaOptions()));

    public JsonSchemaMatching(string schema, JsonSchemaOptions? options = null)
        : this(Parse(schema), options)
    {
    }

    public static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement;

    /// <summary>Whether a text is one of the schema's.</summary>
    public bool Accepts(string text)
    {
        GrammarMatcher matcher = new(_states);
        return matcher.TryAdvance(Encoding.UTF8.GetBytes(text)) && matcher.IsAccepting;
    }

    /// <summary>Those of some texts that are the schema's.</summary>
    public IEnumerable<string> Accepted(params IEnumerable<string> texts)
    {
        foreach (string text in texts)
        {
            if (Accepts(text))
            {
                yield return text;
            }
        }
    }
}
