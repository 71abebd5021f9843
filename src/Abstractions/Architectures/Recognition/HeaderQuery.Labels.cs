using System.Globalization;
using System.Linq;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <content>Names that a file gives to what it scores.</content>
internal sealed partial class HeaderQuery
{
    /// <summary>
    /// Names of labels. Where the file has none, or more than a snapshot keeps, they are LABEL_0, LABEL_1 and so on, as in transformers.
    /// </summary>
    /// <param name="suffix">The setting.</param>
    /// <param name="count">Labels that the tensors make; 0: they are missing, and have been reported.</param>
    public string[] Labels(string suffix, int count)
    {
        string key = Key(suffix);
        string[] labels = [.. Enumerable.Range(0, count).Select(label => "LABEL_" + label.ToString(CultureInfo.InvariantCulture))];
        GgufValue? value = Ask(key);
        if (value is not null && count > 0)
        {
            if (value.Array is not { ElementType: GgufValueType.String } array)
            {
                Bad(key, $"must be names of labels, not {Describe(value)}");
            }
            else if (array.Count != count)
            {
                Bad(key, $"has {array.Count} names, but the tensors make {count} scores");
            }
            else if (array.HasElements)
            {
                labels = [.. array.Elements.Select((element, label) => element.Text ?? labels[label])];
            }
        }

        Answer(key, string.Join(" ", labels.Select(GgufText.Quoted)));
        return labels;
    }
}
