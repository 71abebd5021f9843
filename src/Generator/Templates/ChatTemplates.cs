using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.CSharp;
using ModelGen.Generator.Templates.Syntax;
using ModelGen.Gguf;
using ModelGen.Templates;

namespace ModelGen.Generator.Templates;

/// <summary>A chat template that is compiled into a model.</summary>
/// <param name="Name">Its name; "default" for the one that the file does not name.</param>
/// <param name="ClassName">Name of its class.</param>
/// <param name="Key">The metadata key or file that holds it.</param>
/// <param name="Syntax">What it does.</param>
internal sealed record ChatTemplatePlan(string Name, string ClassName, string Key, TemplateSyntax Syntax);

/// <summary>Why a chat template is not compiled.</summary>
/// <param name="Key">The metadata key or file that holds it.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Position">Where in the template.</param>
internal sealed record ChatTemplateProblem(string Key, string Message, TemplatePosition Position);

/// <summary>The chat templates of a model.</summary>
/// <param name="Templates">Those that can be compiled, the one without a name first.</param>
/// <param name="Problems">Why the others cannot.</param>
internal sealed record ChatTemplateSet(EquatableArray<ChatTemplatePlan> Templates, EquatableArray<ChatTemplateProblem> Problems);

/// <summary>Finds the chat templates in a header: tokenizer.chat_template, and tokenizer.chat_template.NAME for each that has a name.</summary>
internal static class ChatTemplates
{
    /// <summary>Name of the template that the file does not name.</summary>
    public const string DefaultName = "default";

    private const string Key = "tokenizer.chat_template";
    private const string ClassEnding = "ChatTemplate";

    private static readonly TemplateProblem TooLong = new(
        $"it is longer than {GgufValue.MaxKeptTextBytes} bytes, the longest text that a build reads from a header", new TemplatePosition(1, 1));

    /// <summary>Parses the templates of a model.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="own">The project's own, in place of the one without a name; null for none.</param>
    public static ChatTemplateSet Of(GgufHeader header, ChatTemplateText? own = null)
    {
        List<ChatTemplatePlan> templates = [];
        List<ChatTemplateProblem> problems = [];
        HashSet<string> classNames = new(StringComparer.Ordinal);
        if (own is not null)
        {
            Add(DefaultName, own.FileName, own.Jinja);
        }

        foreach ((string name, GgufMetadata entry) in Find(header).Where(template => own is null || template.Name != DefaultName))
        {
            Add(name, entry.Key, entry.Value.Text);
        }

        return new ChatTemplateSet(templates.ToEquatableArray(), problems.ToEquatableArray());

        void Add(string name, string source, string? text)
        {
            // The file's keys are anybody's text; on one line it cannot leave its message or its comment.
            string key = GgufText.OneLine(source);
            ParsedTemplate parsed = text is null
                ? new ParsedTemplate(Syntax: null, TooLong)
                : TemplateCompiler.Parse(text);
            if (parsed.Syntax is null)
            {
                problems.Add(new ChatTemplateProblem(key, GgufText.OneLine(parsed.Problem!.Message), parsed.Problem.Position));
                return;
            }

            string className = CSharpNames.Unique(CSharpNames.Class(name) + ClassEnding, "Named" + ClassEnding, classNames);
            templates.Add(new ChatTemplatePlan(name, className, key, parsed.Syntax));
        }
    }

    /// <summary>The templates' names and entries, the one without a name first.</summary>
    public static IEnumerable<(string Name, GgufMetadata Entry)> Find(GgufHeader header) => header.Metadata
        .Where(entry => entry.Value.Type == GgufValueType.String
            && (entry.Key == Key || entry.Key.StartsWith(Key + ".", StringComparison.Ordinal)))
        .Select(entry => (Name: entry.Key == Key ? DefaultName : entry.Key.Substring(Key.Length + 1), entry))
        .OrderBy(template => template.entry.Key, StringComparer.Ordinal);
}
