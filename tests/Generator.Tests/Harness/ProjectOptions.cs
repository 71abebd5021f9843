using System;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>What a project may tell the compiler, and the generator has no say in. By default warnings are errors.</summary>
internal sealed record ProjectOptions
{
    /// <summary>LangVersion; the oldest that emitted code is written in unless a test says otherwise.</summary>
    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp11;

    /// <summary>CheckForOverflowUnderflow.</summary>
    public bool IsChecked { get; init; }

    /// <summary>Nullable.</summary>
    public bool IsNullable { get; init; } = true;

    /// <summary>Optimize.</summary>
    public bool IsOptimized { get; init; } = true;

    /// <summary>Whether an editor asks, which runs no implementation outputs.</summary>
    public bool IsDesignTime { get; init; }

    /// <summary>What an .editorconfig says of a diagnostic.</summary>
    public (string Id, ReportDiagnostic Severity)? Configured { get; init; }

    // Documentation is parsed, so that malformed XML is seen.
    public CSharpParseOptions ParseOptions => new(Language, DocumentationMode.Diagnose);

    public CSharpCompilationOptions CompilationOptions => new CSharpCompilationOptions(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: IsOptimized ? OptimizationLevel.Release : OptimizationLevel.Debug,
        checkOverflow: IsChecked,
        allowUnsafe: true,
        generalDiagnosticOption: ReportDiagnostic.Error,
        deterministic: true,
        nullableContextOptions: IsNullable ? NullableContextOptions.Enable : NullableContextOptions.Disable)
        .WithSyntaxTreeOptionsProvider(Configured is (string id, ReportDiagnostic severity) ? new Severities(id, severity) : null);

    /// <summary>The project's .editorconfig: the same for each of its own files, nothing beside them.</summary>
    private sealed class Severities(string id, ReportDiagnostic severity) : SyntaxTreeOptionsProvider
    {
        public override GeneratedKind IsGenerated(SyntaxTree tree, CancellationToken cancellationToken) => GeneratedKind.Unknown;

        public override bool TryGetDiagnosticValue(
            SyntaxTree tree, string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value)
        {
            value = severity;
            return string.Equals(diagnosticId, id, StringComparison.OrdinalIgnoreCase);
        }

        public override bool TryGetGlobalDiagnosticValue(
            string diagnosticId, CancellationToken cancellationToken, out ReportDiagnostic value)
        {
            value = ReportDiagnostic.Default;
            return false;
        }
    }
}
