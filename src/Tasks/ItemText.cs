using System.Globalization;
using System.Text;
using Microsoft.Build.Utilities;

namespace ModelGen.Tasks;

/// <summary>
/// Text of MSBuild items, in which some characters mean something (docs: "MSBuild special characters") and are written as % and two digits
/// where they do not.
/// </summary>
internal static class ItemText
{
    private const string Special = "%$@'();?*";

    /// <summary>The text that MSBuild reads as <paramref name="value"/>, character for character.</summary>
    public static string Escape(string value)
    {
        StringBuilder text = new();
        foreach (char character in value)
        {
            if (Special.IndexOf(character) < 0)
            {
                text.Append(character);
            }
            else
            {
                text.Append('%').Append(((int)character).ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    /// <summary>An item for a file; the constructor of TaskItem would take a path for escaped text.</summary>
    public static TaskItem ItemOf(string path) => new(Escape(path));
}
