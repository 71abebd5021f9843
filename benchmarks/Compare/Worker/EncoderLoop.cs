using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;

namespace ModelGen.Compare.Worker;

/// <summary>As <see cref="WorkerLoop"/>, for models that turn texts into vectors.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>each SEED LENGTH COUNT</c>: that many texts of that many tokens, one a call;</item>
/// <item><c>together SEED COUNT SIZE</c>: that many texts of mixed lengths, all in one call, in groups of that size.</item>
/// </list>
/// Both answer with the seconds that they took and the vector of the last text.
/// </remarks>
internal static class EncoderLoop
{
    // Lengths of mixed texts: every length between these is as likely as in texts of search, few long ones among many short (the
    // logarithm is uniform).
    private const int Shortest = 8;
    private const int Longest = 256;

    /// <summary>Answers commands until there are no more.</summary>
    public static void Run(IEncoder encoder)
    {
        Answer($$"""{"description":"{{encoder.Description}}","groups":[{{string.Join(',', encoder.GroupSizes)}}]}""");
        while (Console.In.ReadLine() is string line)
        {
            string[] words = line.Split(' ');
            int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
            TokenStream ids = new(Number(1), encoder.VocabularySize);
            float[] vector = [];
            long start;
            switch (words[0])
            {
                case "each":
                    int[][] texts = [.. Enumerable.Range(0, Number(3)).Select(_ => ids.Take(Number(2)))];
                    start = Stopwatch.GetTimestamp();
                    foreach (int[] text in texts)
                    {
                        vector = encoder.Embed(text);
                    }

                    break;
                case "together":
                    int[][] mixed = [.. Enumerable.Range(0, Number(2)).Select(_ => ids.Take(Length(ids.Next())))];
                    start = Stopwatch.GetTimestamp();
                    vector = encoder.Embed(mixed, Number(3))[^1];
                    break;
                default:
                    throw new InvalidDataException("Unknown command: " + line);
            }

            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            string numbers = string.Join(',', vector.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
            Answer(string.Create(CultureInfo.InvariantCulture, $$"""{"seconds":{{seconds:R}},"vector":[{{numbers}}]}"""));
        }
    }

    /// <summary>As <see cref="WorkerLoop.First"/>: one text's vector.</summary>
    public static void First(IEncoder encoder, long origin, long hostBytes, int count)
    {
        float value = encoder.Embed(new TokenStream(seed: 1, encoder.VocabularySize).Take(count))[0];
        long end = Stopwatch.GetTimestamp();
        Answer(string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"origin":{{origin}},"end":{{end}},"peak":{{ProcessMemory.Peak}},"host":{{hostBytes}},"finite":{{(float.IsFinite(value) ? "true" : "false")}}}"""));
    }

    private static int Length(int random)
    {
        const int resolution = 1 << 12;
        double part = random % resolution / (double)resolution;
        return (int)(Shortest * Math.Pow(Longest / (double)Shortest, part));
    }

    private static void Answer(string json)
    {
        Console.Out.WriteLine(json);
        Console.Out.Flush();
    }
}
