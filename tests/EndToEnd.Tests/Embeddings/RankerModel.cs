using System;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Embeddings;

/// <summary>
/// A BERT with a head of labels and a WordPiece vocabulary of letters, a token each. The embedding of a token's twin, <see cref="Twin"/> ids behind it,
/// is the token's own with the difference of the two types added: ids of twins, all of type 0, are what the same text of type 1 is.
/// </summary>
internal sealed class RankerModel
{
    public const int ContextLength = 32;
    public const int Twin = DecoderWriter.VocabularySize / 2;
    public const int Cls = 2;
    public const int Sep = 3;

    private const int Width = 64;
    private static readonly string[] Head = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly byte[] _file;

    private RankerModel(byte[] file)
    {
        _file = file;
        Path = TemporaryFiles.Write("ranker.gguf", file);
    }

    public string Path { get; }

    /// <param name="labels">Rows of its head.</param>
    /// <param name="names">What its file calls them; null: nothing.</param>
    public static RankerModel Create(int labels, string[]? names = null)
    {
        DecoderPreset preset = EncoderPresets.Find("bert") with
        {
            ContextLength = ContextLength, Encoder = new() { Types = 2, NormsSums = true, Labels = labels },
        };
        GgufEdit edit = GgufEdit.Of(DecoderWriter.Write(preset, FormatMix.Floats)).Set(AddVocabulary);
        byte[] file = (names is null ? edit : edit.Set(writer => writer.AddStrings("bert.classifier.output_labels", names))).ToArray();
        Span<float> tokens = Floats(file, "token_embd.weight");
        ReadOnlySpan<float> types = Floats(file, "token_types.weight");
        for (int i = 0; i < Twin * Width; i++)
        {
            tokens[Twin * Width + i] = tokens[i] + types[Width + i % Width] - types[i % Width];
        }

        return new RankerModel(file);
    }

    public CompiledEncoder Load() => ModelCompiler.Compile(Path).LoadEncoder();

    /// <summary>The ids of a text of letters.</summary>
    public static int[] Ids(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(letter => Head.Length + (letter[0] - 'a'))];

    /// <summary>The ids of two texts that are read together, the second one's of type 1 as those of twins.</summary>
    public static int[] Pair(string first, string second) =>
        [Cls, .. Ids(first), Sep, .. Ids(second).Append(Sep).Select(id => id + Twin)];

    /// <summary>What the head makes of a text's first vector, in double precision.</summary>
    public double[] Scores(float[] vector)
    {
        double[] hidden = [.. Product("cls", [.. vector.Select(x => (double)x)]).Select(Math.Tanh)];
        return Product("cls.output", hidden);
    }

    private double[] Product(string name, double[] vector)
    {
        float[] weights = Floats(_file, name + ".weight").ToArray();
        float[] bias = Floats(_file, name + ".bias").ToArray();
        return [.. weights.Chunk(vector.Length).Select((row, index) => row.Zip(vector, (weight, x) => weight * x).Sum() + bias[index])];
    }

    private static Span<float> Floats(byte[] file, string name)
    {
        string path = TemporaryFiles.Write("header.gguf", file);
        GgufHeader header = GgufHeaderReader.ReadFile(path).Header;
        TemporaryFiles.Delete(path);
        GgufTensor tensor = header.Tensors.First(candidate => candidate.Name == name);
        return MemoryMarshal.Cast<byte, float>(file.AsSpan((int)(header.DataOffset + tensor.Offset), (int)tensor.ElementCount * sizeof(float)));
    }

    private static void AddVocabulary(GgufWriter writer)
    {
        string[] letters = [.. Enumerable.Range('a', 26).Select(letter => "▁" + (char)letter)];
        string[] rest = [.. Enumerable.Range(0, DecoderWriter.VocabularySize - Head.Length - letters.Length).Select(number => $"[unused{number}]")];
        writer.AddString("tokenizer.ggml.model", "bert")
            .AddStrings("tokenizer.ggml.tokens", [.. Head, .. letters, .. rest])
            .AddInt32s("tokenizer.ggml.token_type", [3, 2, 3, 3, 3, .. letters.Concat(rest).Select(_ => 1)])
            .AddUInt32("tokenizer.ggml.padding_token_id", 0)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 1)
            .AddUInt32("tokenizer.ggml.bos_token_id", Cls)
            .AddUInt32("tokenizer.ggml.eos_token_id", Sep)
            .AddUInt32("tokenizer.ggml.seperator_token_id", Sep)
            .AddUInt32("tokenizer.ggml.mask_token_id", 4);
    }
}
