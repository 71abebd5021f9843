using System;
using System.Text;
using ModelGen.Gguf;

namespace ModelGen.Templates;

/// <summary>
/// A project's own chat template as the build hands it to the generator: three lines that say whose it is, then the template as it
/// stands. One file of Jinja may be the template of several models, and names may have characters that nothing but text carries whole.
/// </summary>
/// <param name="ModelPath">Path of the model, as its snapshot gives it.</param>
/// <param name="FileName">File name of the template, for messages.</param>
/// <param name="Jinja">The template.</param>
internal sealed record ChatTemplateText(string ModelPath, string FileName, string Jinja)
{
    /// <summary>Ending of its file name, behind the model's.</summary>
    public const string FileEnding = ".template";

    private const string FirstLine = "gguf-chat-template 1";
    private const string ModelField = "model";
    private const string FileField = "file";

    /// <summary>The text.</summary>
    public string Write()
    {
        StringBuilder text = new();
        text.Append(FirstLine).Append('\n');
        AppendField(text, ModelField, ModelPath);
        AppendField(text, FileField, FileName);
        return text.Append(Jinja).ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote; null where it is another text.</summary>
    public static ChatTemplateText? Parse(string text)
    {
        if (!text.StartsWith(FirstLine, StringComparison.Ordinal))
        {
            return null;
        }

        GgufSnapshotReader reader = new(text);
        reader.ReadLine(FirstLine);
        return new ChatTemplateText(reader.ReadTextField(ModelField), reader.ReadTextField(FileField), reader.ReadRest());
    }

    private static void AppendField(StringBuilder text, string name, string value)
    {
        text.Append(name).Append(' ');
        GgufText.AppendQuoted(text, value);
        text.Append('\n');
    }
}
