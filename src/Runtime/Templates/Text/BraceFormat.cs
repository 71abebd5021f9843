using System.Globalization;
using System.Linq;

namespace ModelGen.Templates;

/// <summary>Python's str.format, for places without a format of their own: {}, {0} and {name}.</summary>
internal static class BraceFormat
{
    public static TemplateText Fill(TemplateText format, TemplateArguments arguments)
    {
        TemplateTextBuilder text = new();
        string source = format.Text;
        int next = 0;
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] is not ('{' or '}'))
            {
                text.Append(format, i, i + 1);
            }
            else if (i + 1 < source.Length && source[i + 1] == source[i])
            {
                text.Append(format, i, i + 1);
                i++;
            }
            else
            {
                int end = source[i] == '{' ? source.IndexOf('}', i) : -1;
                string name = end < 0
                    ? throw new ChatTemplateException($"Single '{source[i]}' encountered in format string")
                    : source[(i + 1)..end];
                text.Append(PythonText.Of(name.Length == 0 ? At(arguments, next++) : Find(arguments, name)));
                i = end;
            }
        }

        return text.ToText();
    }

    private static TemplateValue Find(TemplateArguments arguments, string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return At(arguments, index);
        }

        TemplateValue value = arguments.Named.Where(named => named.Key == name).Select(named => named.Value).FirstOrDefault();
        return value.IsUndefined
            ? throw new ChatTemplateException($"the format has no value for '{name}', or it is of a kind that is not supported")
            : value;
    }

    private static TemplateValue At(TemplateArguments arguments, int index) => arguments.Has(index)
        ? arguments[index]
        : throw new ChatTemplateException("Replacement index out of range for positional args tuple");
}
