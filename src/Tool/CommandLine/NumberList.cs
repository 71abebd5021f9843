using System;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;

namespace ModelGen.Tool.CommandLine;

/// <summary>Whole numbers with commas between, such as ids of tokens.</summary>
internal static class NumberList
{
    /// <summary>Reads "1,2,3"; several arguments go behind each other.</summary>
    public static int[] Parse(ArgumentResult result)
    {
        string[] texts = [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries))];
        int[] numbers = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                result.AddError($"'{texts[i]}' in '{string.Join(',', texts)}' is not a whole number of at least 0.");
                return [];
            }
        }

        return numbers;
    }
}
