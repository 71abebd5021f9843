using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using ModelGen.Tool.Measuring;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen perplexity</c>: how well a model foretells a text.</summary>
internal static class PerplexityCommand
{
    // What llama.cpp takes too.
    private const int DefaultWindow = 512;

    private static readonly Argument<string> Text = new("text") { Description = "A file of UTF-8 text" };

    public static Command Create(ToolHost host)
    {
        Command command = new("perplexity", "Measures how well a model foretells a text: windows of --context tokens, the second half of each.");
        CommonOptions.AddLoading(command);
        command.Arguments.Add(Text);
        command.Options.Add(CommonOptions.Threads);
        command.Options.Add(CommonOptions.Json);
        command.SetAction(result => Measure(result, host));
        return command;
    }

    private static void Measure(ParseResult result, ToolHost host)
    {
        string text = File.ReadAllText(result.GetRequiredValue(Text));
        using CompiledDecoder model = CommonOptions.LoadModel(result, host);
        using Session session = model.CreateSession();
        IReadOnlyList<int> ids = model.Tokenizer.EncodeToIds(text);

        // The tokenizer itself says whether texts start with BOS: an empty one then is that token.
        bool hasBeginning = model.Tokenizer.EncodeToIds("") is [int first, ..] && first == model.Tokenizer.BeginningOfSequenceId;
        int window = result.GetValue(CommonOptions.Context) is > 0 and int context ? context : Math.Min(DefaultWindow, session.ContextLength);
        Perplexity perplexity = host.Activity.Run("Reading " + Path.GetFileName(result.GetRequiredValue(Text)), progress => Perplexity.Measure(
            session, ids, hasBeginning ? model.Tokenizer.BeginningOfSequenceId : null, window, progress, host.Cancellation));
        if (result.GetValue(CommonOptions.Json))
        {
            Json.Write(host.Output, perplexity);
        }
        else
        {
            host.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{perplexity.Value:F4} +- {perplexity.Error:F4} over {perplexity.Scored} of {perplexity.Tokens} tokens ({perplexity.Windows} windows of {perplexity.WindowLength}, {perplexity.TokensPerSecond:F0} tokens/s)"));
        }
    }
}
