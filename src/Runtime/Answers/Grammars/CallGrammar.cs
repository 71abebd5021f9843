using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Grammars;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema;
using ModelGen.Tokenization;

namespace ModelGen.Answers;

/// <summary>Writes the grammar of an answer: what the syntax of calls is made of.</summary>
/// <param name="tokenizer">Says which markers are tokens of their own.</param>
/// <param name="tools">Those that may be called.</param>
/// <param name="several">Whether several calls may stand in one answer.</param>
internal sealed class CallGrammar(Tokenizer tokenizer, IReadOnlyList<ToolSignature> tools, bool several)
{
    // One space at most: a model that does not know how to go on cannot write white space for ever.
    private static readonly JsonSchemaOptions SchemaOptions = new() { WhiteSpace = JsonWhiteSpace.OneSpace };

    private static readonly ByteSet Digits = ByteSet.Range((byte)'0', (byte)'9');

    private static readonly ByteSet Letters = ByteSet.Range((byte)'a', (byte)'z') | ByteSet.Range((byte)'A', (byte)'Z');

    private readonly Dictionary<ToolSignature, GrammarExpression> _arguments = [];

    /// <summary>The rules so far.</summary>
    public GrammarBuilder Rules { get; } = new();

    /// <summary>A number of up to three digits.</summary>
    public GrammarExpression Number { get; } = new RepetitionExpression(new ByteExpression(Digits), 1, 3);

    /// <summary>A text as it stands.</summary>
    public GrammarExpression Text(string text) => Utf8Expressions.Text(Encoding.UTF8.GetBytes(text));

    /// <summary>A text as JSON writes it, in quotation marks.</summary>
    public GrammarExpression Quoted(string text) => JsonExpressions.StringOf(text);

    /// <summary>So many letters and digits of ASCII.</summary>
    public GrammarExpression LettersAndDigits(int count) => new RepetitionExpression(new ByteExpression(Letters | Digits), count, count);

    /// <summary>A marker: the token that the vocabulary has for it, or its text where there is none.</summary>
    public GrammarExpression Marker(string text)
    {
        List<int> ids = [];
        tokenizer.Encode(text, content: [], TextEncoding.ParseSpecialTokens, IdSink.Keep(ids));
        return ids.Count == 1 && tokenizer.Names[ids[0]] == text && !tokenizer.IsEndOfGeneration(ids[0])
            ? new TokenExpression(new TokenTerminal(text, 0, IsComplement: false))
            : Text(text);
    }

    /// <summary>Expressions, one behind the other.</summary>
    public GrammarExpression Sequence(params IEnumerable<GrammarExpression> items) => JsonExpressions.Sequence(items);

    /// <summary>One of some expressions.</summary>
    public GrammarExpression Choice(params IReadOnlyList<GrammarExpression> items) => JsonExpressions.Choice(items);

    /// <summary>An expression or nothing.</summary>
    public GrammarExpression Optional(GrammarExpression item) => new RepetitionExpression(item, 0, 1);

    /// <summary>A call of one of the tools.</summary>
    public GrammarExpression AnyTool(Func<ToolSignature, GrammarExpression> call) => Choice([.. tools.Select(call)]);

    /// <summary>A call, and further ones where several may be.</summary>
    public GrammarExpression OneOrMore(GrammarExpression call, GrammarExpression separator)
    {
        if (!several)
        {
            return call;
        }

        // A rule, so that the tools' arguments stand in the grammar once.
        RuleExpression one = Rules.Add("a call", call);
        return Sequence(one, new RepetitionExpression(Sequence(separator, one), 0, null));
    }

    /// <summary>A JSON list of calls, objects with name and arguments.</summary>
    public GrammarExpression JsonList() => Sequence(
        Text("["),
        OneOrMore(
            AnyTool(tool => Sequence(Text("{\"name\": "), Quoted(tool.Name), Text(", \"arguments\": "), Arguments(tool), Text("}"))),
            separator: Text(", ")),
        Text("]"));

    /// <summary>The arguments of a tool, a JSON object.</summary>
    public GrammarExpression Arguments(ToolSignature tool)
    {
        if (!_arguments.TryGetValue(tool, out GrammarExpression? arguments))
        {
            arguments = Schema(tool.Parameters, $"the parameters of the tool '{tool.Name}'");
            _arguments.Add(tool, arguments);
        }

        return arguments;
    }

    /// <summary>The JSON texts of a schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="owner">What messages call it.</param>
    public GrammarExpression Schema(JsonObject schema, string owner)
    {
        using JsonDocument document = JsonDocument.Parse(schema.ToJsonString());
        return Schema(document.RootElement, owner);
    }

    /// <inheritdoc cref="Schema(JsonObject, string)"/>
    public GrammarExpression Schema(JsonElement schema, string owner)
    {
        try
        {
            return JsonSchemaReader.AddTo(Rules, schema, SchemaOptions);
        }
        catch (GrammarException error)
        {
            throw new GrammarException($"A grammar cannot keep {owner}: {error.Message}", error);
        }
    }
}
