using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>
/// Random templates: each compiles without a warning, and writes what Jinja2 writes or fails where it fails. MODELGEN_FUZZ_TEMPLATES is how
/// many are tried, MODELGEN_FUZZ_SEED which.
/// </summary>
public sealed class TemplateFuzzTests
{
    private const int DefaultCount = 400;
    private const int Batch = 1000;

    [Fact]
    public void RandomTemplatesWriteWhatJinja2Writes()
    {
        int count = Setting("MODELGEN_FUZZ_TEMPLATES", DefaultCount);
        int seed = Setting("MODELGEN_FUZZ_SEED", 1);
        List<string> failures = [];
        int texts = 0;
        List<string> refusals = [];
        for (int done = 0; done < count; done += Batch, seed++)
        {
            Random random = new(seed);
            string[] templates = [.. Enumerable.Range(0, Math.Min(Batch, count - done)).Select(_ => TemplateGrammar.Next(random))];
            IReadOnlyList<(CompiledTemplate? Template, TemplateProblem? Problem)> compiled = TemplateRun.Compile(templates);
            IReadOnlyList<(string? Text, string? Error)>? expected = JinjaProcess.ReasonOfAbsence is null
                ? JinjaProcess.Render(templates, SnippetFile.Variables, SnippetFile.Now)
                : null;
            for (int i = 0; i < templates.Length; i++)
            {
                (string? text, string? error) = Render(compiled[i]);
                texts += text is null ? 0 : 1;
                if (compiled[i].Problem is TemplateProblem problem && expected?[i].Text is not null)
                {
                    refusals.Add($"{templates[i]}\n  {problem}");
                }

                if (error?.StartsWith('!') == true || (expected is not null && text != expected[i].Text && !IsRefusal(compiled[i].Problem, error) && !IsFaultOfJinja(expected[i].Error)))
                {
                    failures.Add($"{templates[i]}\n  gives {text ?? error}\n  Jinja2: {expected?[i].Text ?? expected?[i].Error}");
                }
            }
        }

        if (Environment.GetEnvironmentVariable("MODELGEN_FUZZ_OUTPUT") is string path)
        {
            File.WriteAllText(path, string.Join("\n\n", [.. failures, .. refusals]));
        }

        failures.ShouldBeEmpty();
        texts.ShouldBeGreaterThan(count / 4);
        refusals.Count.ShouldBeLessThan(count / 50 + 1);
        Assert.SkipWhen(JinjaProcess.ReasonOfAbsence is not null, $"The texts were not compared with Jinja2's: {JinjaProcess.ReasonOfAbsence}.");
    }

    // What is not compiled, or only known at run time not to be, is said; Jinja2 may have it.
    private static bool IsRefusal(TemplateProblem? problem, string? error) =>
        problem is not null || error?.Contains("which is not supported", StringComparison.Ordinal) == true || error?.Contains("cannot be sliced", StringComparison.Ordinal) == true;

    // Jinja2 writes numbers that it has computed into Python, which knows neither of these names; and its memory is bounded.
    private static bool IsFaultOfJinja(string? error) =>
        error is "NameError: name 'inf' is not defined" or "NameError: name 'nan' is not defined" || error?.StartsWith("MemoryError", StringComparison.Ordinal) == true;

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static (string? Text, string? Error) Render((CompiledTemplate? Template, TemplateProblem? Problem) compiled)
    {
        if (compiled.Template is null)
        {
            return (null, compiled.Problem!.Message);
        }

        try
        {
            return (compiled.Template.Render((JsonObject)SnippetFile.Variables.DeepClone(), DateTime.Parse(SnippetFile.Now, CultureInfo.InvariantCulture)), null);
        }
        catch (ChatTemplateException error)
        {
            return (null, error.Message);
        }
        catch (Exception error)
        {
            return (null, "!" + error);
        }
    }
}
