using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text;
using ModelGen.Packing;
using ModelGen.Tool.Explaining;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen explain</c>: an answer as a page that shows how likely each token was, and which others were.</summary>
internal static class ExplainCommand
{
    private const int MostAlternatives = 100;

    private static readonly Option<string> Html = new("--html")
    {
        Description = "The file of the page",
        Required = true,
    };

    private static readonly Option<int> Alternatives = new Option<int>("--alternatives")
    {
        Description = "How many likely tokens are shown for each token",
        DefaultValueFactory = _ => 8,
    }.Between(0, MostAlternatives);

    private static readonly Option<bool> Echo = new("--echo")
    {
        Description = "Explain the prompt's tokens too",
    };

    public static Command Create(ToolHost host)
    {
        Command command = new("explain", "Answers a prompt, and writes a page that shows how likely each token was and which others were.");
        CommonOptions.AddLoading(command);
        PromptOption.AddTo(command);
        foreach (Option option in new Option[] { Html, Alternatives, Echo })
        {
            command.Options.Add(option);
        }

        command.SetAction(result => Explain(result, host));
        return command;
    }

    private static void Explain(ParseResult result, ToolHost host)
    {
        using CompiledDecoder model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        bool isEcho = result.GetValue(Echo);
        GeneratedTokens generated = session.GenerateTokens(
            PromptOption.Encode(result, model),
            PromptOption.Generation(result) with { Alternatives = result.GetValue(Alternatives), Echo = isEcho });
        List<GeneratedToken> tokens = host.Activity.Run("Answering", _ => Take(generated, host));
        GenerationEnd end = generated.End!;
        string? prompt = isEcho ? null : result.GetRequiredValue(PromptOption.Prompt);
        string page = new TokenPage(model.Info.Name, model.Tokenizer).Write(prompt, tokens, end);
        string path = result.GetRequiredValue(Html);
        AtomicFile.WriteStream(path, file => file.Write(Encoding.UTF8.GetBytes(page)));
        host.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Path.GetFileName(path)}: {TokenPage.Facts(tokens, end)}"));
    }

    private static List<GeneratedToken> Take(GeneratedTokens generated, ToolHost host)
    {
        List<GeneratedToken> tokens = [];
        foreach (GeneratedToken token in generated)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            tokens.Add(token);
        }

        return tokens;
    }
}
