using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.Tool.Tests;

/// <summary>Emitted code that does not compile, which there should be none of, is one sentence with a place.</summary>
public sealed class EmittedErrorTests
{
    private const string Code = """
        class Emitted
        {
            // Line 7
            int a = 1;
            // Line 9
            int b = "x";
            // Line 12
            int c = 1;
        }
        """;

    [Theory]
    [InlineData("App.Stories.ChatTemplates.g.cs", "the chat template, line 9: the emitted C# does not compile: CS0029: Cannot implicitly convert type 'string' to 'int'")]
    [InlineData("App.Stories.Forward.g.cs", "App.Stories.Forward.g.cs, line 6: the emitted C# does not compile: CS0029: Cannot implicitly convert type 'string' to 'int'")]
    public void ErrorsOfEmittedCodeNameTheirPlace(string file, string sentence)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Code, path: file, cancellationToken: TestContext.Current.CancellationToken);
        ImmutableArray<Diagnostic> diagnostics = InMemoryCompiler.Create("Emitted", "").RemoveAllSyntaxTrees().AddSyntaxTrees(tree)
            .GetDiagnostics(TestContext.Current.CancellationToken);
        EmittedError.Describe(diagnostics.Single(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)).ShouldBe(sentence);
    }
}
