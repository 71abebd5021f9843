using System;
using System.Globalization;
using System.Text;

using ModelGen.Collections;
using ModelGen.Formats;

namespace ModelGen.Gguf;

/// <summary>
/// The header as canonical text (docs/snapshot-format.md): what the compiler reads in place of the model, small enough to be
/// parsed at every keystroke and readable enough to be committed. One header has one text, byte for byte, and one text one header.
/// </summary>
internal static class GgufSnapshot
{
    /// <summary>First line: what this is, and the version of its grammar.</summary>
    internal const string FirstLine = Kind + "1";

    /// <summary>Ending of a snapshot's file name, behind the model's.</summary>
    internal const string FileEnding = ".header";

    // What snapshots of every version start with.
    private const string Kind = "gguf-header ";

    /// <summary>Stands behind the offset of a tensor that is not in the first part of a split model.</summary>
    internal const string PartWord = " part ";

    /// <summary>Starts the SHA-256 of bytes that the snapshot does not carry.</summary>
    internal const string HashPrefix = "sha256:";

    /// <summary>Writes the snapshot of <paramref name="header"/>.</summary>
    /// <param name="header">The header.</param>
    /// <param name="fileName">What the snapshot calls the model: its file name or, for the generator, its path.</param>
    public static string Write(GgufHeader header, string fileName)
    {
        StringBuilder text = new();
        text.Append(FirstLine).Append('\n');
        text.Append("file ");
        GgufText.AppendQuoted(text, fileName);
        text.Append('\n');
        AppendField(text, "version", header.Version);
        AppendField(text, "length", header.FileLength);
        AppendField(text, "alignment", header.Alignment);
        AppendField(text, "data-offset", header.DataOffset);
        text.Append("header-hash ").Append(HashPrefix).Append(header.HeaderHash).Append('\n');
        AppendParts(text, header);

        AppendField(text, "metadata", header.Metadata.Count);
        foreach (GgufMetadata entry in header.Metadata)
        {
            text.Append("  ");
            GgufText.AppendName(text, entry.Key);
            text.Append(' ');
            AppendTyped(text, entry.Value);
            text.Append('\n');
        }

        AppendField(text, "tensors", header.Tensors.Count);
        foreach (GgufTensor tensor in header.Tensors)
        {
            text.Append("  ");
            GgufText.AppendName(text, tensor.Name);
            text.Append(' ').Append(GgmlType.NameOf(tensor.TypeId)).Append(' ');
            AppendShape(text, tensor.Shape);
            text.Append(" @").Append(Number(tensor.Offset));
            if (tensor.Part > 1)
            {
                text.Append(PartWord).Append(Number(tensor.Part));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads a snapshot back.</summary>
    /// <exception cref="ModelGenException">The text is no snapshot; the message names the line.</exception>
    public static GgufHeader Parse(string text) => Parse(text, out _);

    /// <summary>Reads a snapshot back.</summary>
    /// <param name="text">What <see cref="Write"/> wrote; lines may have come to end with CR LF.</param>
    /// <param name="fileName">What the snapshot calls the model.</param>
    /// <exception cref="ModelGenException">The text is no snapshot; the message names the line.</exception>
    public static GgufHeader Parse(string text, out string fileName) => new GgufSnapshotParser(text).Parse(out fileName);

    /// <summary>Whether a text calls itself a snapshot, of whatever version.</summary>
    public static bool IsSnapshot(string text) => text.StartsWith(Kind, StringComparison.Ordinal);

    /// <summary>The files of a split model behind the first one, which the lines above are of; nothing for a model in one file.</summary>
    private static void AppendParts(StringBuilder text, GgufHeader header)
    {
        if (header.OtherParts.Count == 0)
        {
            return;
        }

        AppendField(text, "parts", header.PartCount);
        foreach (GgufPart part in header.OtherParts)
        {
            AppendField(text, "  length", part.FileLength);
            AppendField(text, "  alignment", part.Alignment);
            AppendField(text, "  data-offset", part.DataOffset);
        }
    }

    private static void AppendField(StringBuilder text, string name, long value) =>
        text.Append(name).Append(' ').Append(Number(value)).Append('\n');

    /// <summary>Type and value: <c>uint32 4</c>, <c>float32[2] (1 2) sha256:…</c>.</summary>
    private static void AppendTyped(StringBuilder text, GgufValue value)
    {
        if (value.Type == GgufValueType.Array)
        {
            AppendArray(text, value.Array!);
        }
        else
        {
            text.Append(GgufText.NameOf(value.Type)).Append(' ');
            AppendScalar(text, value);
        }
    }

    private static void AppendArray(StringBuilder text, GgufArray array)
    {
        text.Append(GgufText.NameOf(array.ElementType)).Append('[').Append(Number(array.Count)).Append("] ");
        if (array.HasElements)
        {
            text.Append('(');
            for (int i = 0; i < array.Elements.Count; i++)
            {
                if (i > 0)
                {
                    text.Append(' ');
                }

                GgufValue element = array.Elements[i];
                if (element.Type == GgufValueType.Array)
                {
                    AppendArray(text, element.Array!);
                }
                else
                {
                    AppendScalar(text, element);
                }
            }

            text.Append(") ");
        }

        text.Append(HashPrefix).Append(array.Hash);
    }

    private static void AppendScalar(StringBuilder text, GgufValue value)
    {
        switch (value.Type)
        {
            case GgufValueType.Float32:
                text.Append(GgufText.Single((float)value.Real));
                break;
            case GgufValueType.Float64:
                text.Append(GgufText.Double(value.Real));
                break;
            case GgufValueType.String when value.Text is null:
                text.Append(Number(value.Array!.Count)).Append(' ').Append(HashPrefix).Append(value.Array.Hash);
                break;
            case GgufValueType.String:
                GgufText.AppendQuoted(text, value.Text!);
                break;
            default:
                text.Append(GgufText.Integer(value.Type, value.Integer));
                break;
        }
    }

    /// <summary>Dimensions as GGUF orders them, fastest first: <c>256x2048</c>.</summary>
    private static void AppendShape(StringBuilder text, EquatableArray<long> shape)
    {
        for (int i = 0; i < shape.Count; i++)
        {
            if (i > 0)
            {
                text.Append('x');
            }

            text.Append(Number(shape[i]));
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
