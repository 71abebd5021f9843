using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ModelGen.Tool.Terminal;

/// <summary>Weights of a text's terms, as a JSON object on a line, the largest first.</summary>
internal static class TermWeights
{
    // What a broken character decodes to.
    private const char Replacement = '\uFFFD';

    private const char Mark = '#';

    // The line goes to a terminal or a file, not into a web page.
    private static readonly JsonTexts Line = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Writes them.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="embedding">The terms.</param>
    /// <param name="tokenizer">Gives their texts; null: they are called by their ids.</param>
    public static void Write(TextWriter output, SparseEmbedding embedding, Tokenizer? tokenizer)
    {
        int[] ids = embedding.Indices.ToArray();
        float[] weights = embedding.Weights.ToArray();
        Dictionary<string, float> terms = [];
        foreach (int i in Enumerable.Range(0, ids.Length).OrderByDescending(i => weights[i]))
        {
            // Of two tokens with one text the second is called by its id.
            string name = tokenizer is null ? Text(ids[i]) : NameOf(ids[i], tokenizer);
            if (!terms.TryAdd(name, weights[i]))
            {
                terms.Add(Mark + Text(ids[i]), weights[i]);
            }
        }

        output.WriteLine(JsonSerializer.Serialize(terms, Line.DictionaryStringSingle));
    }

    // Its text, or its id behind a mark that no text begins with here: of a token without a text, or with a part of a character.
    private static string NameOf(int id, Tokenizer tokenizer)
    {
        // Decoding takes a space away in front of a text; behind another token it stays.
        string text = tokenizer.Decode([id, id], includeSpecialTokens: true)[tokenizer.Decode([id], includeSpecialTokens: true).Length..];
        return text.Length == 0 || text[0] == Mark || text.Contains(Replacement) ? Mark + Text(id) : text;
    }

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
