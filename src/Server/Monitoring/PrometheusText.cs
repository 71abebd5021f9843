using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace ModelGen.Server.Monitoring;

/// <summary>How Prometheus spells names, labels and numbers.</summary>
internal static class PrometheusText
{
    /// <summary>An instrument's name, with its unit as OpenTelemetry says it becomes one.</summary>
    public static string NameOf(Instrument instrument, bool isHistogram)
    {
        StringBuilder name = new();
        foreach (char letter in instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        return name.Append(isHistogram && instrument.Unit == "s" ? "_seconds" : "").ToString();
    }

    /// <summary>Labels in braces; empty where there are none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        StringBuilder text = new();
        foreach ((string name, object? value) in tags)
        {
            text.Append(text.Length == 0 ? '{' : ',');
            foreach (char letter in name)
            {
                text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
            }

            text.Append("=\"");
            foreach (char letter in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                text.Append(letter switch { '\\' => @"\\", '"' => "\\\"", '\n' => @"\n", _ => letter.ToString() });
            }

            text.Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>What a name stands for.</summary>
    public static void WriteHead(StringBuilder text, string name, string type, string help)
    {
        string escaped = help.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {escaped}\n# TYPE {name} {type}\n");
    }

    /// <summary>A number.</summary>
    public static void WriteSample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(CultureInfo.InvariantCulture, $" {value:R}\n");
}
