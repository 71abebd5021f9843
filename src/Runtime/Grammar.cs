using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Gbnf;
using ModelGen.Grammars.Generation;
using ModelGen.Grammars.JsonSchema;
using ModelGen.Grammars.Masks;
using ModelGen.Grammars.Matching;

namespace ModelGen;

/// <summary>
/// What an answer may be: texts that follow rules. With <see cref="GenerationOptions.Grammar"/> a model chooses only among tokens that the
/// rules allow at that place, so that every answer that comes to its end is one of the grammar's texts.
/// </summary>
/// <remarks>
/// Compiled once, when it is made. Safe for concurrent use, and meant to be kept: what is found out about a grammar and a model's vocabulary while
/// answers are generated serves the next ones.
/// </remarks>
public sealed class Grammar
{
    private static readonly ConditionalWeakTable<Tokenizer, GrammarVocabulary> Vocabularies = [];

    private readonly GrammarStates _states;
    private readonly ConditionalWeakTable<Tokenizer, GrammarTokens> _tokens = [];

    internal Grammar(CompiledGrammar compiled) => _states = new GrammarStates(compiled);

    /// <summary>
    /// The grammar of a text in GBNF, llama.cpp's notation: rules of literals, classes of characters, groups, alternatives and repetitions, such as
    /// <c>root ::= ("yes" | "no") "."</c>.
    /// </summary>
    /// <remarks>
    /// <c>&lt;think&gt;</c> and <c>&lt;[1000]&gt;</c> are tokens of the model's vocabulary, by text or id, and <c>!&lt;think&gt;</c> is any other one.
    /// They are looked for when a model first uses the grammar (<see cref="CreateCursor"/>), and a model that has no such token is a
    /// <see cref="GrammarException"/> then.
    /// </remarks>
    /// <param name="gbnf">The rules.</param>
    /// <param name="root">Name of the rule that whole answers are texts of.</param>
    /// <exception cref="GrammarException">It is not GBNF, a rule is missing, or there is no text that follows the rules.</exception>
    public static Grammar FromGbnf(string gbnf, string root = "root")
    {
        ArgumentNullException.ThrowIfNull(gbnf);
        ArgumentNullException.ThrowIfNull(root);
        return new Grammar(GrammarCompiler.Compile(GbnfReader.Read(gbnf, root)));
    }

    /// <summary>
    /// The grammar of a JSON Schema (draft 2020-12, or 7 where <c>$schema</c> says so): its texts are the JSON texts that the schema holds valid,
    /// their properties in any order. docs/structured-output.md says which keywords it knows.
    /// </summary>
    /// <param name="schema">The schema, a JSON text.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="GrammarException">It is not JSON, it has a keyword or a value that cannot be compiled, or nothing is valid by it.</exception>
    public static Grammar FromJsonSchema([StringSyntax(StringSyntaxAttribute.Json)] string schema, JsonSchemaOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        using JsonDocument document = Parse(schema);
        return FromJsonSchema(document.RootElement, options);
    }

    /// <summary>As <see cref="FromJsonSchema(string, JsonSchemaOptions?)"/>, of a schema that was parsed already.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="GrammarException">It has a keyword or a value that cannot be compiled, or nothing is valid by it.</exception>
    public static Grammar FromJsonSchema(JsonElement schema, JsonSchemaOptions? options = null) =>
        new(JsonSchemaReader.Compile(schema, options ?? new JsonSchemaOptions()));

    /// <summary>Whether a whole text follows the rules.</summary>
    /// <param name="text">Any text; half of a surrogate pair counts as U+FFFD.</param>
    /// <exception cref="GrammarException">The grammar names tokens, which a text alone does not say.</exception>
    public bool IsMatch(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_states.Terminals.Count > 0)
        {
            throw new GrammarException(
                $"The grammar names the token {_states.Terminals[0].Name}, and a text alone does not say what its tokens are; create a cursor with a "
                + "model's tokenizer and append them to it.");
        }

        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            GrammarMatcher matcher = new(_states);
            return matcher.TryAdvance(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8))) && matcher.IsAccepting;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>A place at the start of an answer, for programs that choose tokens themselves.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="GrammarException">The grammar names a token that the model's vocabulary does not have.</exception>
    public GrammarCursor CreateCursor(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new GrammarCursor(_tokens.GetValue(tokenizer, ReadTokens), tokenizer);
    }

    private static JsonDocument Parse(string schema)
    {
        try
        {
            return JsonDocument.Parse(schema);
        }
        catch (JsonException error)
        {
            throw new GrammarException($"The schema is not JSON: {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new GrammarException("The schema has half of a surrogate pair; write the whole character, or leave it away.", error);
        }
    }

    private GrammarTokens ReadTokens(Tokenizer tokenizer) =>
        new(tokenizer, Vocabularies.GetValue(tokenizer, static tokenizer => new GrammarVocabulary(tokenizer)), _states);
}
