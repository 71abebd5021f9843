using System;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.CommandLine;

/// <summary><c>modelgen render</c>: a conversation as the model's chat template writes it, the template compiled as a build compiles it.</summary>
internal static class RenderCommand
{
    // Of two members of one name, neither is the one that is meant.
    private static readonly JsonDocumentOptions CaseOptions = new() { AllowDuplicateProperties = false };

    private static readonly Argument<string> Template = new("template") { Description = "A GGUF file, with or without weights, or a file of Jinja" };

    private static readonly Option<string> Case = new("--case")
    {
        Description = "File of a JSON object: messages, tools, add_generation_prompt, bos_token, eos_token, and other variables of the template",
        Required = true,
    };

    private static readonly Option<string?> Name = new("--template")
    {
        Description = "Which of a model's templates, such as tool_use (default: the one without a name)",
    };

    private static readonly Option<DateTime?> Now = new("--now")
    {
        Description = "What the template takes for now, such as 2024-07-26T12:00:00 (default: now)",
        CustomParser = result => DateTime.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time)
            ? time
            : Fail(result, $"--now is a time such as 2024-07-26T12:00:00, not '{result.Tokens[0].Value}'."),
    };

    public static Command Create(ToolHost host)
    {
        Command command = new("render", "Prints a conversation as a chat template writes it, and nothing else.");
        command.Arguments.Add(Template);
        command.Options.Add(Case);
        command.Options.Add(Name);
        command.Options.Add(Now);
        command.SetAction(result => Render(result, host));
        return command;
    }

    private static void Render(ParseResult result, ToolHost host)
    {
        JsonObject variables = ReadCase(result.GetRequiredValue(Case));
        TemplateSource source = TemplateSource.Read(result.GetRequiredValue(Template), result.GetValue(Name));
        AddDefault("bos_token", source.Tokenizer?.BeginningOfSequenceId);
        AddDefault("eos_token", source.Tokenizer?.EndOfSequenceId);

        // The libraries that templates are written for give none where there are no tools.
        variables.TryAdd("tools", null);
        variables.TryAdd("add_generation_prompt", false);
        host.Output.Write(source.Compile().Render(variables, result.GetValue(Now) ?? DateTime.Now));
        host.Output.Flush();

        void AddDefault(string key, int? id)
        {
            if (id is int token)
            {
                variables.TryAdd(key, source.Tokenizer!.Decode([token], includeSpecialTokens: true));
            }
        }
    }

    private static JsonObject ReadCase(string path)
    {
        try
        {
            return JsonNode.Parse(LoneSurrogates.Replace(File.ReadAllText(path)), nodeOptions: null, CaseOptions) as JsonObject ?? throw new ModelGenException($"{path} is not a JSON object.");
        }
        catch (JsonException error)
        {
            throw new ModelGenException($"{path} is not JSON: {error.Message}", error);
        }
    }

    private static DateTime? Fail(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return null;
    }
}
