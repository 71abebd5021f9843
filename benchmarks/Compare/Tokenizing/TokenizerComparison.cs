using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.Compare.Llama;
using ModelGen.CompilerServices;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Compare.Tokenizing;

/// <summary>Measures one vocabulary. Each engine takes the text as its programs have it: UTF-16 strings here, UTF-8 bytes there.</summary>
internal static unsafe class TokenizerComparison
{
    /// <summary>Measures, and checks that both give the same ids.</summary>
    /// <exception cref="InvalidOperationException">They do not, or llama.cpp refuses the file.</exception>
    public static TokenizerResult Run(LlamaLibrary library, string path, string[] texts, int repetitions)
    {
        VocabularyContent content = VocabularyContent.From(GgufHeaderReader.ReadFile(path));
        byte[] section = [];
        double packing = Median(repetitions, () => section = VocabularyWriter.Write(content));
        nint model = LoadVocabulary(library, path);
        nint vocabulary = library.Vocabulary(model);
        byte[][] utf8 = [.. texts.Select(Encoding.UTF8.GetBytes)];
        int[] ids = new int[utf8.Max(text => text.Length) + 2];
        fixed (byte* first = section)
        {
            PreTokenizer? preTokenizer = PreTokenizer.Of(new VocabularyTables(first, section.Length).PreTokenizer);
            double opening = Open(section, preTokenizer, repetitions);
            Tokenizer tokenizer = Tokenizer.Create(first, section.Length, preTokenizer);
            long tokens = Check();

            List<double> own = [];
            List<double> llama = [];
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                double ownTime = Time(() =>
                {
                    foreach (string text in texts)
                    {
                        tokenizer.EncodeToIds(text, addSpecialTokens: false);
                    }
                });
                double llamaTime = Time(() =>
                {
                    foreach (byte[] text in utf8)
                    {
                        Tokenize(text);
                    }
                });

                // The first run warms up.
                if (repetition > 0)
                {
                    own.Add(ownTime);
                    llama.Add(llamaTime);
                }
            }

            library.FreeModel(model);
            return new TokenizerResult(tokens, Median(own), Median(llama), opening, packing);

            long Check()
            {
                long count = 0;
                for (int text = 0; text < texts.Length; text++)
                {
                    IReadOnlyList<int> mine = tokenizer.EncodeToIds(texts[text], addSpecialTokens: false);
                    if (!mine.SequenceEqual(ids.Take(Tokenize(utf8[text]))))
                    {
                        throw new InvalidOperationException($"{path}: the engines give different ids for text {text}.");
                    }

                    count += mine.Count;
                }

                return count;
            }
        }

        int Tokenize(byte[] text)
        {
            fixed (byte* bytes = text)
            {
                fixed (int* target = ids)
                {
                    return library.Tokenize(vocabulary, bytes, text.Length, target, ids.Length, 0, 0);
                }
            }
        }
    }

    /// <summary>What Load() does with the vocabulary: maps it, checks it against its checksum, opens it. The file is in the system's cache.</summary>
    private static double Open(byte[] section, PreTokenizer? preTokenizer, int repetitions)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, section);
            return Median(repetitions, () =>
            {
                MappedView view = MappedView.Open(path, 0, length: null);
                SectionChecksum.Of(view.Start, view.Length);
                Tokenizer.Create(view.Start, view.Length, preTokenizer, view.Handle);
                view.Handle.Dispose();
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static nint LoadVocabulary(LlamaLibrary library, string path)
    {
        LlamaModelParams parameters = library.ModelDefaults();
        parameters.VocabularyOnly = 1;
        fixed (byte* name = LlamaLibrary.NullTerminated(path))
        {
            nint model = library.LoadModel(name, parameters);
            return model != 0 ? model : throw new InvalidOperationException("llama.cpp cannot load the vocabulary: " + LlamaLibrary.LastLog);
        }
    }

    private static double Median(int repetitions, Action action)
    {
        action();
        return Median([.. Enumerable.Range(0, repetitions).Select(_ => Time(action))]);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
