using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen run</c>: generates text and prints it while it comes.</summary>
internal static class RunCommand
{
    private static readonly GenerationOptions Defaults = new();

    private static readonly Option<int> MinTokens = new Option<int>("--min-tokens")
    {
        Description = "No token that ends the text is chosen before so many were generated",
        DefaultValueFactory = _ => Defaults.MinTokens,
    }.Between(0, int.MaxValue);

    private static readonly Option<string[]> Stop = SamplingOptions.Texts("--stop", "Text at which generation ends");

    private static readonly Option<string[]> Ban = SamplingOptions.Texts("--ban", "Text that is never generated");

    private static readonly Option<IReadOnlyDictionary<int, float>> LogitBias = LogitBiasOption.Create();

    public static Command Create(ToolHost host)
    {
        Command command = new("run", "Goes on from a prompt and prints the text while it is generated.");
        CommonOptions.AddLoading(command);
        foreach (Option option in new Option[] { CommonOptions.Threads, PromptOption.Prompt, PromptOption.Tokens, MinTokens, Stop, Ban, LogitBias })
        {
            command.Options.Add(option);
        }

        GrammarOptions.AddTo(command);
        SamplingOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.TryRead(MinTokens, out int least) && result.TryRead(PromptOption.Tokens, out int most) && least > most)
            {
                result.AddError("--min-tokens is at most --tokens.");
            }
        });
        command.SetAction(result => Generate(result, host));
        return command;
    }

    private static void Generate(ParseResult result, ToolHost host)
    {
        // Before the model: one that cannot be compiled is told at once.
        Grammar? grammar = GrammarOptions.Read(result);
        using CompiledDecoder model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        string prompt = result.GetRequiredValue(PromptOption.Prompt);
        GenerationOptions options = SamplingOptions.Read(result) with
        {
            MaxTokens = result.GetValue(PromptOption.Tokens),
            MinTokens = result.GetValue(MinTokens),
            StopSequences = result.GetRequiredValue(Stop),
            BannedTexts = result.GetRequiredValue(Ban),
            LogitBias = result.GetRequiredValue(LogitBias),
            Grammar = grammar,
        };
        if (options.LogitBias.Keys.FirstOrDefault(id => id >= model.Tokenizer.VocabularySize, -1) is >= 0 and int strange)
        {
            throw new ModelGenException($"--logit-bias names token {strange}; the model's ids are 0 to {model.Tokenizer.VocabularySize - 1}.");
        }

        // A prompt that does not fit is refused before it is printed.
        var pieces = session.Generate(PromptOption.Encode(result, model), options);
        if (!model.HasEncoder)
        {
            host.Output.Write(prompt);
        }

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
