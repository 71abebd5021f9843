using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Templates;
using ModelGen.Tests.Shared;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>The chat templates of published models, which lie beside the repository.</summary>
internal static class PublishedTemplates
{
    private static readonly Lazy<Dictionary<string, CompiledTemplate>> Compiled = new(() =>
    {
        string[] names = [.. Names];
        return names
            .Zip(TemplateRun.Compile(names.Select(Source)))
            .ToDictionary(pair => pair.First, pair => pair.Second.Template ?? throw new InvalidOperationException($"{pair.First}: {pair.Second.Problem}"));
    });

    /// <summary>Names of the templates; none where they are not there.</summary>
    public static IEnumerable<string> Names => Directory.Exists(Folder)
        ? Directory.EnumerateFiles(Folder, "*.jinja").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The folder with the templates and what Jinja2 writes for them.</summary>
    public static string Folder => Path.Combine(RepositoryFiles.SharedData, "chat-templates");

    /// <summary>A template's Jinja.</summary>
    public static string Source(string name) => File.ReadAllText(Path.Combine(Folder, name + ".jinja"));

    /// <summary>A template, compiled.</summary>
    public static CompiledTemplate Find(string name) => Compiled.Value[name];

    /// <summary>Skips the test where the templates are not there.</summary>
    public static void Require() => Assert.SkipUnless(Directory.Exists(Folder), $"The published chat templates are not in {Folder}.");
}
