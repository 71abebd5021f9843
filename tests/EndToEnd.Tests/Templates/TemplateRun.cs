using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Templates;
using ModelGen.Templates;
using ModelGen.Tool.Compilation;

namespace ModelGen.EndToEnd.Tests.Templates;

/// <summary>Compiles many templates at once, which is far faster than one at a time.</summary>
internal static class TemplateRun
{
    /// <summary>Each template compiled, or what stands in the way. The C# compiler must have nothing to say: projects may take its warnings for errors.</summary>
    public static IReadOnlyList<(CompiledTemplate? Template, TemplateProblem? Problem)> Compile(IEnumerable<string> templates)
    {
        ParsedTemplate[] parsed = [.. templates.Select(TemplateCompiler.Parse)];
        string source = string.Join("\n", parsed.Select((template, i) => template.Syntax is null ? "" : $$"""
            namespace Template{{i.ToString(CultureInfo.InvariantCulture)}}
            {
            {{TemplateCompiler.EmitFile("Compiled", "default", template.Syntax)}}
            }
            """));
        using MemoryStream image = new();
        var result = InMemoryCompiler.Create("Templates", source).Emit(image);
        if (result.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning) is Diagnostic error)
        {
            int line = error.Location.GetLineSpan().StartLinePosition.Line;
            throw new InvalidOperationException($"{error}\n{string.Join("\n", source.Split('\n').Skip(Math.Max(0, line - 10)).Take(12))}");
        }

        image.Position = 0;
        var assembly = new AssemblyLoadContext("Templates").LoadFromStream(image);
        return
        [
            .. parsed.Select((template, i) => (
                template.Syntax is null
                    ? null
                    : (CompiledTemplate)Activator.CreateInstance(assembly.GetType($"Template{i.ToString(CultureInfo.InvariantCulture)}.Compiled")!)!,
                template.Problem)),
        ];
    }
}
