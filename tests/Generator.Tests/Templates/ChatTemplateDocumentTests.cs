using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Generator.Templates;
using ModelGen.Generator.Templates.Library;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Templates;

/// <summary>The tables of docs/chat-templates.md and docs/tokenizers.md are those of the code.</summary>
public sealed class ChatTemplateDocumentTests
{
    // Filters that take the name of another filter or test, or any number of arguments.
    private static readonly string[] FiltersOfSyntax = ["format", "map", "reject", "rejectattr", "select", "selectattr"];

    [Fact]
    public void TheTableListsWhatIsCompiled()
    {
        Row("docs/chat-templates.md", "functions").ShouldBe(Sorted(TemplateLibrary.Functions));
        Row("docs/chat-templates.md", "filters").ShouldBe(Sorted(TemplateLibrary.Filters.Keys.Concat(FiltersOfSyntax)));
        Row("docs/chat-templates.md", "tests").ShouldBe(Sorted(TemplateLibrary.Tests.Keys));
        Row("docs/chat-templates.md", "methods").ShouldBe(Sorted(TemplateLibrary.Methods));
    }

    [Fact]
    public void TheFiltersOfSyntaxAreCompiled()
    {
        foreach (string filter in FiltersOfSyntax)
        {
            TemplateCompiler.Parse($"{{{{ x | {filter}('upper') }}}}").Problem.ShouldBeNull(filter);
        }
    }

    [Fact]
    public void EveryPreTokenizerHasItsRow()
    {
        foreach (IGrouping<PreTokenizerKind, string> scanner in PreTokenizerRules.Names.GroupBy(name => PreTokenizerRules.Find(name)!.Kind))
        {
            Row("docs/tokenizers.md", scanner.Key.ToString()).ShouldBe(Sorted(scanner));
        }
    }

    private static string[] Row(string document, string head)
    {
        string line = File.ReadLines(Path.Combine(RepositoryFiles.Root, document))
            .Single(line => line.StartsWith($"| {head} | `", StringComparison.Ordinal));
        return Sorted(line.Split('`').Where((_, i) => i % 2 == 1));
    }

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
