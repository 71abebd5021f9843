using System.CommandLine;
using ModelGen.Tool.Measuring;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen grammar</c>: compiles a grammar or a JSON schema, says which texts it allows, and how fast it is.</summary>
internal static class GrammarCommand
{
    private static readonly Option<bool> Check = new("--check")
    {
        Description = "Read texts from standard input, each a JSON string on a line of its own, and print true or false: whether it would be an answer",
    };

    private static readonly Option<string?> Masks = new("--masks")
    {
        Description = "Walk at random through answers in the vocabulary of this GGUF file, and print how long a mask of its tokens takes",
    };

    private static readonly Option<int> Walks = new Option<int>("--walks")
    {
        Description = "Answers that --masks goes through",
        DefaultValueFactory = _ => 20,
    }.Between(1, 1_000_000);

    public static Command Create(ToolHost host)
    {
        Command command = new("grammar", "Compiles a grammar or a JSON schema; with --check, says which texts follow it, with --masks, how fast it is.");
        GrammarOptions.AddTo(command);
        command.Options.Add(Check);
        command.Options.Add(Masks);
        command.Options.Add(Walks);
        command.Validators.Add(result =>
        {
            if (result.GetValue(GrammarOptions.Schema) is null && result.GetValue(GrammarOptions.Gbnf) is null)
            {
                result.AddError("Name a grammar: --schema FILE or --gbnf FILE.");
            }
            else if (result.TryRead(Check, out bool checks) && checks && result.GetValue(Masks) is not null)
            {
                result.AddError("--check and --masks are two commands; give one of them.");
            }
        });
        command.SetAction(result => Run(result, host));
        return command;
    }

    private static void Run(ParseResult result, ToolHost host)
    {
        if (result.GetValue(Masks) is string model)
        {
            MaskTimes times = MaskTimes.Measure(() => GrammarOptions.Read(result)!, Tokenizer.Load(model), result.GetValue(Walks), host.Cancellation);
            host.Output.WriteLine(times.Text());
            return;
        }

        Grammar grammar = GrammarOptions.Read(result)!;
        if (!result.GetValue(Check))
        {
            return;
        }

        foreach (string text in JsonLines.Read(host))
        {
            host.Output.WriteLine(grammar.IsMatch(text) ? "true" : "false");
        }

        host.Output.Flush();
    }
}
