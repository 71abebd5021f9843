using System;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using ModelGen.Formats;

namespace ModelGen.Gguf;

internal static partial class GgufSnapshot
{
    private const string ArchitectureKey = "general.architecture";

    /// <summary>
    /// SHA-256 over what compiled code depends on, as 64 lower-case hexadecimal digits: the architecture and its keys, the kind of
    /// tokenizer and the size of its vocabulary, and each tensor's name, type and shape. Order, offsets, names of people and the
    /// vocabulary's text are no part of it, so a fine-tune of the same shape has the same hash.
    /// </summary>
    public static string ShapeHash(GgufHeader header)
    {
        StringBuilder text = new("shape 1\n");
        string? prefix = header.Find(ArchitectureKey)?.Text is { } architecture ? architecture + "." : null;
        List<string> lines = [];
        foreach (GgufMetadata entry in header.Metadata)
        {
            if (entry.Key is ArchitectureKey or "tokenizer.ggml.model" or "tokenizer.ggml.pre"
                || entry.Key.StartsWith("xielu.", StringComparison.Ordinal)
                || (prefix is not null && entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                lines.Add(Line(entry.Key, line => AppendIdentity(line, entry.Value)));
            }
            else if (entry.Key == "tokenizer.ggml.tokens" && entry.Value.Array is { } tokens)
            {
                lines.Add(Line(entry.Key, line => line.Append(Number(tokens.Count))));
            }
        }

        AppendSorted(text, lines);

        text.Append("tensors\n");
        lines.Clear();
        foreach (GgufTensor tensor in header.Tensors)
        {
            lines.Add(Line(tensor.Name, line =>
            {
                line.Append(GgmlType.NameOf(tensor.TypeId)).Append(' ');
                AppendShape(line, tensor.Shape);
            }));
        }

        AppendSorted(text, lines);

        using SHA256 algorithm = SHA256.Create();
        return Hexadecimal.Lower(algorithm.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>
    /// A value so that no runtime's spelling of numbers is in the hash: reals by their bits, with one NaN (a snapshot keeps no
    /// others), arrays by the hash of their bytes.
    /// </summary>
    private static void AppendIdentity(StringBuilder line, GgufValue value)
    {
        line.Append(GgufText.NameOf(value.Type)).Append(' ');
        if (value.Type == GgufValueType.Array)
        {
            line.Append(GgufText.NameOf(value.Array!.ElementType)).Append(' ');
            line.Append(Number(value.Array.Count)).Append(' ').Append(value.Array.Hash);
        }
        else if (value.IsReal)
        {
            double real = double.IsNaN(value.Real) ? double.NaN : value.Real;
            line.Append(BitConverter.DoubleToInt64Bits(real).ToString("x16", CultureInfo.InvariantCulture));
        }
        else
        {
            AppendScalar(line, value);
        }
    }

    private static string Line(string name, Action<StringBuilder> appendValue)
    {
        StringBuilder line = new();
        GgufText.AppendName(line, name);
        line.Append(' ');
        appendValue(line);
        return line.Append('\n').ToString();
    }

    private static void AppendSorted(StringBuilder text, List<string> lines)
    {
        lines.Sort(StringComparer.Ordinal);
        foreach (string line in lines)
        {
            text.Append(line);
        }
    }
}
