using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ModelGen.Tool.CommandLine;

/// <summary>What is added to the logits of tokens: ID=VALUE, several times.</summary>
internal static class LogitBiasOption
{
    public static Option<IReadOnlyDictionary<int, float>> Create() => new("--logit-bias")
    {
        Description = "ID=VALUE: adds to a token's logit; -inf bans it; may be given several times",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
        DefaultValueFactory = _ => new Dictionary<int, float>(),
    };

    private static Dictionary<int, float> Parse(ArgumentResult result)
    {
        Dictionary<int, float> biases = [];
        foreach (Token token in result.Tokens)
        {
            string[] parts = token.Value.Split('=');
            if (parts.Length != 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                || !TryParse(parts[1], out float bias))
            {
                result.AddError($"--logit-bias is ID=VALUE, such as 15=-2.5 or 15=-inf, not '{token.Value}'.");
                return biases;
            }

            biases[id] = bias;
        }

        return biases;
    }

    private static bool TryParse(string text, out float bias)
    {
        if (string.Equals(text, "-inf", StringComparison.OrdinalIgnoreCase))
        {
            bias = float.NegativeInfinity;
            return true;
        }

        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out bias) && float.IsFinite(bias);
    }
}
