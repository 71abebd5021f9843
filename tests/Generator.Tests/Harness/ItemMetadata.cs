using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>What the package's targets tell the compiler of a project's items.</summary>
internal sealed class ItemMetadata : AnalyzerConfigOptionsProvider
{
    public override AnalyzerConfigOptions GlobalOptions { get; } = new Options(item: null);

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => new Options((textFile as MemoryText)?.Item);

    private sealed class Options(string? item) : AnalyzerConfigOptions
    {
        private readonly ImmutableDictionary<string, string> _values = item is null
            ? ImmutableDictionary<string, string>.Empty
            : ImmutableDictionary.Create<string, string>(KeyComparer).Add("build_metadata.AdditionalFiles.ModelGenItem", item);

        public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => _values.TryGetValue(key, out value);
    }
}
