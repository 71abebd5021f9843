using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Formats;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>
/// SHA-256 over what compiled code depends on, as 64 lower-case hexadecimal digits: what a recogniser was answered, and each tensor's name,
/// type and shape. Whatever a recogniser asks for is in it, and nothing else: order, offsets, the model's name, the vocabulary's text,
/// settings that ask for nothing and other spellings of the same value are no part of it, so a fine-tune of the same shape has the same hash.
/// </summary>
internal static class ShapeHash
{
    // Raised whenever the same header would have another text.
    private const string FirstLine = "shape 2";

    /// <summary>The hash.</summary>
    /// <param name="architecture">general.architecture.</param>
    /// <param name="answers">What its recogniser was answered (<see cref="HeaderQuery.Answers"/>).</param>
    /// <param name="tensors">The tensor table.</param>
    public static string Of(string architecture, IEnumerable<string> answers, IEnumerable<GgufTensor> tensors)
    {
        StringBuilder text = new();
        text.Append(FirstLine).Append('\n').Append(architecture).Append('\n');
        AppendSorted(text, answers);
        text.Append("tensors\n");
        AppendSorted(text, tensors.Select(Line));
        using SHA256 algorithm = SHA256.Create();
        return Hexadecimal.Lower(algorithm.ComputeHash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Line(GgufTensor tensor)
    {
        IEnumerable<string> dimensions = tensor.Shape.Take(tensor.Rank).Select(dimension => dimension.ToString(CultureInfo.InvariantCulture));
        return GgufText.Quoted(tensor.Name) + " " + GgmlType.NameOf(tensor.TypeId) + " " + string.Join("x", dimensions);
    }

    private static void AppendSorted(StringBuilder text, IEnumerable<string> lines)
    {
        foreach (string line in lines.OrderBy(line => line, StringComparer.Ordinal))
        {
            text.Append(line).Append('\n');
        }
    }
}
