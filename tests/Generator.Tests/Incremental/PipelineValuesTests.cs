using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Incremental;

/// <summary>
/// What flows between the steps is values: a symbol, a syntax node or a location would keep a whole compilation alive and be equal to no
/// other.
/// </summary>
public sealed class PipelineValuesTests
{
    private static readonly Type[] Forbidden =
        [typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(SyntaxReference), typeof(Location), typeof(Compilation), typeof(SemanticModel), typeof(AdditionalText)];

    [Fact]
    public void NoStepHoldsOnToTheCompilation()
    {
        GeneratorRun run = GeneratorRun.Start(
            [GeneratorRun.Class("Model", "tiny.gguf"), GeneratorRun.Class("Missing", "none.gguf"), GeneratorRun.Class("Bad", "bad.gguf")],
            MemoryText.Of(new TestModel()),
            new MemoryText("bad.gguf.header", "gguf-header 1\n"));
        string[] stages = typeof(ModelGenerator.Stages).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetValue(null)!).ToArray();
        stages.Length.ShouldBe(8);
        ShouldHoldNoCompilation(run, stages);
    }

    /// <summary>Walks through all that some steps gave.</summary>
    internal static void ShouldHoldNoCompilation(GeneratorRun run, string[] stages)
    {
        foreach (string stage in stages)
        {
            object[] outputs = [.. run.Result.TrackedSteps[stage].SelectMany(step => step.Outputs).Select(output => output.Value)];
            outputs.ShouldNotBeEmpty(stage);
            foreach (object output in outputs)
            {
                FindForbidden(output, stage, new HashSet<object>(ReferenceEqualityComparer.Instance)).ShouldBeNull();
            }
        }
    }

    [Fact]
    public void TheWalkFindsWhatIsHidden()
    {
        SyntaxTree tree = Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText("class C;", cancellationToken: TestContext.Current.CancellationToken);
        object hidden = (1, new List<object> { new KeyValuePair<string, object>("x", tree.GetRoot(TestContext.Current.CancellationToken)) });
        FindForbidden(hidden, "", new HashSet<object>(ReferenceEqualityComparer.Instance)).ShouldNotBeNull().ShouldContain("CompilationUnitSyntax");
    }

    /// <summary>The way to the first value of a forbidden type, or null.</summary>
    private static string? FindForbidden(object? value, string path, HashSet<object> seen)
    {
        // Descriptors are static and hold nothing but text.
        if (value is null or string or Type or Delegate or DiagnosticDescriptor || value.GetType().IsPrimitive || value.GetType().IsEnum || !seen.Add(value))
        {
            return null;
        }

        if (Array.Find(Forbidden, type => type.IsInstanceOfType(value)) is not null)
        {
            return $"{path}: {value.GetType().Name}";
        }

        if (value is IEnumerable items)
        {
            foreach (object? item in items)
            {
                if (FindForbidden(item, path + "[]", seen) is string found)
                {
                    return found;
                }
            }

            return null;
        }

        for (Type? type = value.GetType(); type is not null; type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && FindForbidden(field.GetValue(value), path + "." + field.Name, seen) is string found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
