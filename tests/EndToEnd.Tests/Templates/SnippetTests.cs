using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>Compiled snippets of Jinja write what Jinja2 writes for them (snippets.json, made by snippets.py), and fail where it fails.</summary>
public sealed class SnippetTests
{
    private static readonly JsonObject[] Snippets = [.. SnippetFile.Snippets.Select(snippet => (JsonObject)snippet!)];

    private static readonly Lazy<IReadOnlyList<(CompiledTemplate? Template, TemplateProblem? Problem)>> Compiled = new(() =>
        TemplateRun.Compile(Snippets.Select(snippet => snippet["template"]!.GetValue<string>())));

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Snippets.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void SnippetsWriteWhatJinja2Writes(int index)
    {
        JsonObject snippet = Snippets[index];
        string template = snippet["template"]!.GetValue<string>();
        (CompiledTemplate? compiled, TemplateProblem? problem) = Compiled.Value[index];
        if (snippet["text"] is JsonNode text)
        {
            problem.ShouldBeNull(template);
            Render(compiled!).ShouldBe(text.GetValue<string>(), template);
        }
        else if (snippet["fails"] is not null)
        {
            if (problem is null)
            {
                Should.Throw<ChatTemplateException>(() => Render(compiled!), template);
            }
        }
        else if (problem is null)
        {
            // Types of exceptions are Python's own; the messages of templates are the same.
            string error = snippet["error"]!.GetValue<string>();
            string message = Should.Throw<ChatTemplateException>(() => Render(compiled!), template).Message;
            if (!error.StartsWith("SecurityError", StringComparison.Ordinal))
            {
                message.ShouldBe(error[(error.IndexOf(": ", StringComparison.Ordinal) + 2)..], template);
            }
        }
    }

    private static string Render(CompiledTemplate template) => template.Render(
        (JsonObject)SnippetFile.Variables.DeepClone(), DateTime.Parse(SnippetFile.Now, CultureInfo.InvariantCulture));
}
