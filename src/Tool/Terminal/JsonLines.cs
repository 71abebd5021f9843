using System.Collections.Generic;
using System.Text.Json;

namespace ModelGen.Tool.Terminal;

/// <summary>Texts on standard input, each a JSON string on a line of its own, so that a text may have lines itself.</summary>
internal static class JsonLines
{
    /// <summary>The texts, as they come.</summary>
    /// <exception cref="ModelGenException">While enumerating: a line is no JSON string.</exception>
    public static IEnumerable<string> Read(ToolHost host)
    {
        int number = 0;
        while (host.Input.ReadLine() is string line)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            number++;
            yield return Read(line, number);
        }
    }

    /// <summary>Ids of texts, each a JSON array of numbers on a line of its own.</summary>
    /// <exception cref="ModelGenException">While enumerating: a line is no such array.</exception>
    public static IEnumerable<IReadOnlyList<int>> ReadIds(ToolHost host)
    {
        int number = 0;
        while (host.Input.ReadLine() is string line)
        {
            host.Cancellation.ThrowIfCancellationRequested();
            number++;
            yield return ReadIds(line, number);
        }
    }

    private static int[] ReadIds(string line, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JsonTexts.Default.Int32Array) ?? throw new JsonException("it is null");
        }
        catch (JsonException)
        {
            throw new ModelGenException($"Line {number} of standard input is no JSON array of ids, such as [101,7592,102].");
        }
    }

    private static string Read(string line, int number)
    {
        try
        {
            // A surrogate without its pair, which JSON can write but no text has, counts as U+FFFD here as it does to the tokenizer.
            return JsonSerializer.Deserialize(LoneSurrogates.Replace(line), JsonTexts.Default.String)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException)
        {
            throw new ModelGenException($"Line {number} of standard input is no JSON string, such as \"Once upon a time\".");
        }
    }
}
