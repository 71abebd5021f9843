using System.ComponentModel;

namespace ModelGen.Templates;

/// <summary>Takes what a template writes. Emitted code uses it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TemplateWriter
{
    private readonly TemplateTextBuilder _text = new();

    /// <summary>Writes text of the template.</summary>
    /// <param name="text">The text.</param>
    public void Write(string text) => _text.Append(text);

    /// <summary>Writes a value: nothing where it is undefined.</summary>
    /// <param name="value">The value.</param>
    public void Write(TemplateValue value) => _text.Append(PythonText.Of(value));

    /// <summary>Writes what the filters of a block made of its text.</summary>
    /// <param name="value">A text.</param>
    /// <exception cref="ChatTemplateException">It is no text.</exception>
    public void WriteText(TemplateValue value) => _text.Append(
        value.Text ?? throw new ChatTemplateException($"the filters of a block make a text, not {value.TypeName}"));

    /// <summary>What was written.</summary>
    public TemplateValue ToValue() => TemplateValue.Of(ToText());

    internal TemplateText ToText() => _text.ToText();
}
