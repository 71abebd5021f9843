using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator.Tests.Harness;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>Every identifier that emitted code uses.</summary>
internal static class EmittedNames
{
    /// <summary>The identifiers of all emitted files, each once; not those of comments.</summary>
    public static SortedSet<string> Of(GeneratorRun run) => new(
        run.Trees.SelectMany(tree => tree.GetRoot().DescendantTokens())
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText.Length > 0)
            .Select(token => token.ValueText),
        StringComparer.Ordinal);
}
