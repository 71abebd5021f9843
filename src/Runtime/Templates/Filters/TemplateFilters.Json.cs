using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Templates;

public static partial class TemplateFilters
{
    /// <summary>
    /// value | tojson(ensure_ascii, indent, separators, sort_keys): JSON as Python's json.dumps writes it, which is what chat templates
    /// are written for; Jinja's own filter of this name would escape what HTML means something by.
    /// </summary>
    /// <param name="value">A value.</param>
    /// <param name="ensureAscii">Whether characters beyond ASCII are written by their codes.</param>
    /// <param name="indent">Spaces of a level, or the text of one; not given or none for one line.</param>
    /// <param name="separators">What stands between entries, and between a key and its value.</param>
    /// <param name="sortKeys">Whether keys are sorted.</param>
    public static TemplateValue Json(
        TemplateValue value,
        TemplateValue ensureAscii = default,
        TemplateValue indent = default,
        TemplateValue separators = default,
        TemplateValue sortKeys = default)
    {
        bool isIndented = indent.IsGiven && !indent.IsNone;
        string level = indent.Text?.Text ?? new string(' ', isIndented ? Count(indent, 0) : 0);
        TemplateValue[] between = !separators.IsGiven || separators.IsNone
            ? [isIndented ? "," : ", ", ": "]
            : separators.Unpack(2);
        JsonText json = new(ensureAscii.IsTruthy, isIndented ? level : null, between[0].ToString(), between[1].ToString(), sortKeys.IsTruthy);
        json.Append(value, "\n");
        return Of(json.ToText());
    }

    /// <summary>value | from_json: the value of JSON text. Jinja has no such filter, but engines that run chat templates do.</summary>
    /// <param name="value">JSON.</param>
    public static TemplateValue ParseJson(TemplateValue value)
    {
        try
        {
            return TemplateJson.Read(JsonNode.Parse((value.Defined().Text ?? throw new ChatTemplateException(
                $"the JSON object must be str, bytes or bytearray, not {value.TypeName}")).Text));
        }
        catch (JsonException error)
        {
            throw new ChatTemplateException("The chat template reads a text that is not JSON: " + error.Message, error);
        }
    }
}
