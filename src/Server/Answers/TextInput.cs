using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Server.Http;

namespace ModelGen.Server.Answers;

/// <summary>
/// A text that a request gives as such or as ids: OpenAI's interface takes a text, a list of texts, a list of ids, or a list of such lists.
/// </summary>
/// <param name="Text">The text; null where it is ids.</param>
/// <param name="Ids">The ids; null where it is a text.</param>
internal readonly record struct TextInput(string? Text, int[]? Ids)
{
    /// <summary>Reads all of them.</summary>
    /// <param name="value">What the request has.</param>
    /// <param name="field">Where.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="vocabularySize">Ids of the model.</param>
    /// <exception cref="RequestException">It is something else, there is none, or there are too many.</exception>
    public static List<TextInput> ReadAll(JsonElement value, string field, int most, int vocabularySize)
    {
        List<TextInput> inputs;
        if (value.ValueKind != JsonValueKind.Array)
        {
            inputs = [ReadOne(value, field, vocabularySize)];
        }
        else if (value.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Number)
        {
            inputs = [new TextInput(null, ReadIds(value, field, vocabularySize))];
        }
        else
        {
            int count = value.GetArrayLength();
            if (count > most)
            {
                throw RequestException.Invalid(field, $"{field} has {count} texts, and {most} at most are taken at once; give fewer.");
            }

            inputs = [.. value.EnumerateArray().Select((one, index) => ReadOne(one, $"{field}[{index}]", vocabularySize))];
        }

        return inputs.Count > 0 ? inputs : throw RequestException.Invalid(field, $"{field} is empty; give a text.");
    }

    private static TextInput ReadOne(JsonElement value, string field, int vocabularySize) => value.ValueKind switch
    {
        JsonValueKind.String => new TextInput(value.GetString(), null),
        JsonValueKind.Array => new TextInput(null, ReadIds(value, field, vocabularySize)),
        _ => throw RequestException.Invalid(field, $"{field} is a text, or a list of ids of tokens."),
    };

    private static int[] ReadIds(JsonElement value, string field, int vocabularySize)
    {
        int[] ids = new int[value.GetArrayLength()];
        int index = 0;
        foreach (JsonElement id in value.EnumerateArray())
        {
            if (id.ValueKind != JsonValueKind.Number || !id.TryGetInt32(out ids[index]) || ids[index] < 0 || ids[index] >= vocabularySize)
            {
                throw RequestException.Invalid(field, $"{field}[{index}] is no id of the model's tokens, 0 to {vocabularySize - 1}.");
            }

            index++;
        }

        return ids.Length > 0 ? ids : throw RequestException.Invalid(field, $"{field} has no tokens; give at least one.");
    }
}
