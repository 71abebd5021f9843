using System.CommandLine;
using System.IO;

namespace ModelGen.Tool.CommandLine;

/// <summary>The options that name a grammar.</summary>
internal static class GrammarOptions
{
    public static Option<string?> Schema { get; } = new("--schema") { Description = "File of a JSON Schema, draft 2020-12 or 7, that the text is to be valid by" };

    public static Option<string?> Gbnf { get; } = new("--gbnf") { Description = "File of a grammar in GBNF; the text is one of its rule root" };

    /// <summary>Adds them to a command, which takes one of them at most.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(Schema);
        command.Options.Add(Gbnf);
        command.Validators.Add(result =>
        {
            if (result.GetValue(Schema) is not null && result.GetValue(Gbnf) is not null)
            {
                result.AddError("--schema and --gbnf are two grammars; give one of them.");
            }
        });
    }

    /// <summary>The grammar that is named, or null.</summary>
    /// <exception cref="GrammarException">It cannot be compiled.</exception>
    public static Grammar? Read(ParseResult result)
    {
        if (result.GetValue(Gbnf) is string gbnf)
        {
            return Grammar.FromGbnf(File.ReadAllText(gbnf));
        }

        return result.GetValue(Schema) is string schema ? Grammar.FromJsonSchema(File.ReadAllText(schema)) : null;
    }
}
