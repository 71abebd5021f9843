using System;
using System.Collections.Generic;
using System.CommandLine.Parsing;
using System.Linq;
using ModelGen.Sampling;

namespace ModelGen.Tool.CommandLine;

/// <summary>The samplers' names on the command line, which are llama.cpp's.</summary>
internal static class SamplerNames
{
    private static readonly (string Name, SamplerKind Kind)[] Names =
    [
        ("penalties", SamplerKind.Penalties),
        ("dry", SamplerKind.Dry),
        ("top_n_sigma", SamplerKind.TopNSigma),
        ("top_k", SamplerKind.TopK),
        ("typ_p", SamplerKind.TypicalP),
        ("top_p", SamplerKind.TopP),
        ("min_p", SamplerKind.MinP),
        ("xtc", SamplerKind.Xtc),
        ("temperature", SamplerKind.Temperature),
    ];

    /// <summary>All of them, in the default order.</summary>
    public static string All { get; } = string.Join(';', Names.Select(name => name.Name));

    /// <summary>Reads "top_k;top_p"; a hyphen stands for an underscore too. An empty text is no sampler.</summary>
    public static IReadOnlyList<SamplerKind> Parse(ArgumentResult result)
    {
        string text = string.Join(';', result.Tokens.Select(token => token.Value));
        List<SamplerKind> kinds = [];
        foreach (string name in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int index = Array.FindIndex(Names, known => string.Equals(known.Name, name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                result.AddError($"--samplers has names out of {All}, not '{name}'.");
                return [];
            }

            if (kinds.Contains(Names[index].Kind))
            {
                result.AddError($"--samplers names '{name}' twice.");
                return [];
            }

            kinds.Add(Names[index].Kind);
        }

        return kinds;
    }
}
