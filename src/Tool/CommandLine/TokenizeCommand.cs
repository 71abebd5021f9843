using System.Collections.Generic;
using System.CommandLine;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen tokenize</c>: the ids of texts. It needs the vocabulary alone, so that files without weights work.</summary>
internal static class TokenizeCommand
{
    private static readonly Option<bool> Special = new("--special")
    {
        Description = "Add the tokens that start and end a text, as the model asks for them",
    };

    private static readonly Option<bool> ParseSpecial = new("--parse-special")
    {
        Description = "Read the text of control tokens, such as <|im_end|>, as these tokens",
    };

    public static Command Create(ToolHost host)
    {
        Command command = new(
            "tokenize",
            "Reads texts from standard input, each a JSON string on a line of its own, and prints their ids, each a JSON array on a line.");
        command.Arguments.Add(CommonOptions.Model);
        command.Options.Add(Special);
        command.Options.Add(ParseSpecial);
        command.Options.Add(CommonOptions.WordPieces);
        command.SetAction(result => Tokenize(result, host));
        return command;
    }

    private static void Tokenize(ParseResult result, ToolHost host)
    {
        Tokenizer tokenizer = Tokenizer.Load(result.GetRequiredValue(CommonOptions.Model), result.GetValue(CommonOptions.WordPieces));
        bool addsSpecial = result.GetValue(Special);
        bool parsesSpecial = result.GetValue(ParseSpecial);
        foreach (string text in JsonLines.Read(host))
        {
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(text, addsSpecial, parsesSpecial);
            host.Output.Write('[');
            host.Output.Write(string.Join(',', ids));
            host.Output.WriteLine(']');
        }

        host.Output.Flush();
    }
}
