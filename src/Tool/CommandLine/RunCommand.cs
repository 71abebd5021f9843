using System.CommandLine;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen run</c>: generates text and prints it while it comes.</summary>
internal static class RunCommand
{
    private static readonly GenerationOptions Defaults = new();

    private static readonly Option<string> Prompt = new("--prompt", "-p")
    {
        Description = "How the text begins",
        Required = true,
    };

    private static readonly Option<int> Tokens = new Option<int>("--tokens")
    {
        Description = "The most tokens to generate",
        DefaultValueFactory = _ => Defaults.MaxTokens,
    }.Between(1, int.MaxValue);

    private static readonly Option<float> Temperature = new Option<float>("--temperature")
    {
        Description = "Higher is more surprising; 0 takes the most likely token each time",
        DefaultValueFactory = _ => Defaults.Temperature,
    }.Between(0, float.MaxValue);

    private static readonly Option<int> TopK = new Option<int>("--top-k")
    {
        Description = "Keeps this many of the most likely tokens; 0 keeps all",
        DefaultValueFactory = _ => Defaults.TopK,
    }.Between(0, int.MaxValue);

    private static readonly Option<float> TopP = new Option<float>("--top-p")
    {
        Description = "Keeps the most likely tokens up to this sum of probabilities; 1 keeps all",
        DefaultValueFactory = _ => Defaults.TopP,
    }.Between(0, 1);

    private static readonly Option<float> MinP = new Option<float>("--min-p")
    {
        Description = "Keeps tokens at least this many times as likely as the most likely one; 0 keeps all",
        DefaultValueFactory = _ => Defaults.MinP,
    }.Between(0, 1);

    private static readonly Option<ulong?> Seed = new("--seed")
    {
        Description = "Draws the same tokens again; without it, each run draws others",
    };

    private static readonly Option<string[]> Stop = new("--stop")
    {
        Description = "Text at which generation ends; may be given several times",
        DefaultValueFactory = _ => [],
    };

    public static Command Create(ToolHost host)
    {
        Stop.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>() is string[] texts && System.Array.Exists(texts, string.IsNullOrEmpty))
            {
                result.AddError("--stop is a text of at least one character.");
            }
        });
        Command command = new("run", "Goes on from a prompt and prints the text while it is generated.");
        CommonOptions.AddLoading(command);
        foreach (Option option in new Option[] { CommonOptions.Threads, Prompt, Tokens, Temperature, TopK, TopP, MinP, Seed, Stop })
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Generate(result, host));
        return command;
    }

    private static void Generate(ParseResult result, ToolHost host)
    {
        using CompiledModel model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        string prompt = result.GetRequiredValue(Prompt);
        GenerationOptions options = new()
        {
            MaxTokens = result.GetValue(Tokens),
            Temperature = result.GetValue(Temperature),
            TopK = result.GetValue(TopK),
            TopP = result.GetValue(TopP),
            MinP = result.GetValue(MinP),
            Seed = result.GetValue(Seed),
            StopSequences = result.GetRequiredValue(Stop),
        };
        if (prompt.Length == 0 && model.Tokenizer.EncodeToIds(prompt).Count == 0)
        {
            throw new ModelGenException("The prompt is empty, and the model's texts start with no token of their own; give a prompt.");
        }

        // A prompt that does not fit is refused before it is printed.
        var pieces = session.Generate(model.Tokenizer.EncodeToIds(prompt), options);
        host.Output.Write(prompt);
        host.Output.Flush();
        foreach (string piece in pieces)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            host.Output.Write(piece);
            host.Output.Flush();
        }

        host.Output.WriteLine();
    }
}
