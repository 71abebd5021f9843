using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using ModelGen;

namespace Stories;

/// <summary>Writes a story while the model is telling it.</summary>
internal static class Storyteller
{
    /// <summary>Tells one story.</summary>
    /// <param name="model">The model.</param>
    /// <param name="session">An empty session of it.</param>
    /// <param name="prompt">How the story begins.</param>
    /// <param name="options">How it goes on.</param>
    /// <param name="printIds">Whether to write the ids of the generated tokens in place of the text.</param>
    /// <param name="output">Where the story goes.</param>
    /// <exception cref="ContextFullException">The prompt is longer than the model's context.</exception>
    public static Figures Tell(
        CompiledDecoder model, Session session, string prompt, GenerationOptions options, bool printIds, TextWriter output)
    {
        IReadOnlyList<int> promptIds = model.Tokenizer.EncodeToIds(prompt);

        // A prompt that does not fit is refused here, before anything is told.
        IEnumerable<string> pieces = session.Generate(promptIds, options);
        if (!printIds)
        {
            output.Write(prompt);
        }

        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan promptTime = TimeSpan.Zero;
        int firstTokens = 0;
        foreach (string piece in pieces)
        {
            if (promptTime == TimeSpan.Zero)
            {
                // The first piece comes with the first token, but where its characters take several.
                promptTime = clock.Elapsed;
                firstTokens = session.Position - promptIds.Count;
            }

            if (!printIds)
            {
                output.Write(piece);
                output.Flush();
            }
        }

        TimeSpan generationTime = clock.Elapsed - promptTime;
        ReadOnlySpan<int> generated = session.Tokens[promptIds.Count..];
        output.WriteLine(printIds ? string.Join(' ', generated.ToArray()) : "");
        return new Figures(model.Info, promptIds.Count, promptTime, generated.Length - firstTokens, generationTime);
    }
}
