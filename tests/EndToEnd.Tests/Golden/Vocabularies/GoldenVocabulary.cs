using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>A small vocabulary that is written here, as a GGUF file without weights.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">tokenizer.ggml.model.</param>
/// <param name="SpecialTexts">Texts of its special tokens, for the texts that it is asked for.</param>
/// <param name="Add">Adds the vocabulary's metadata.</param>
internal sealed record GoldenVocabulary(string Name, string Model, string[] SpecialTexts, Action<GgufWriter> Add)
{
    // Beside the written ones.
    private const int RandomTexts = 70;

    private static readonly ConcurrentDictionary<string, Lazy<string>> Paths = new(StringComparer.Ordinal);

    /// <summary>One of each kind, and of the settings that change what it gives.</summary>
    public static IReadOnlyList<GoldenVocabulary> Kinds { get; } =
    [
        Sentence("sentencepiece", addsSpacePrefix: true),
        Sentence("sentencepiece-no-prefix", addsSpacePrefix: false),
        Sentence("sentencepiece-with-eos", addsSpacePrefix: true, addsEndOfSequence: true),
        BytePairs("byte-pairs", "gpt-2"),
        BytePairs("byte-pairs-with-holes", "gpt-2", hasHoles: true),
        Gemma4(),
        WordPieces("wordpiece", lowercase: true, stripAccents: true),
        WordPieces("wordpiece-cased", lowercase: false, stripAccents: true),
        WordPieces("wordpiece-accents", lowercase: true, stripAccents: false),
        WordPieces("wordpiece-cased-accents", lowercase: false, stripAccents: false),
        Unigram("unigram", addsSpacePrefix: false, removesExtraSpaces: false),
        Unigram("unigram-prefix", addsSpacePrefix: true, removesExtraSpaces: false),
        Unigram("unigram-merged-spaces", addsSpacePrefix: true, removesExtraSpaces: true),
        new("rwkv", "rwkv", ["<s>"], SmallVocabularies.AddRwkv),
    ];

    /// <summary>Of the answer.</summary>
    public string AnswerFile => $"tokens-{Name}.json";

    /// <summary>Byte pairs behind a pre-tokenizer.</summary>
    /// <param name="pre">tokenizer.ggml.pre.</param>
    /// <param name="marksSpaces">Tokens are plain text with ▁ for a space.</param>
    public static GoldenVocabulary WithPreTokenizer(string pre, bool marksSpaces) => marksSpaces
        ? new("pre-" + pre, "gpt2", SmallVocabularies.Special, writer => SmallVocabularies.AddMarkedPairs(writer, "gpt2", pre))
        : BytePairs("pre-" + pre, pre);

    public static GoldenVocabulary Find(string name) => Kinds.Single(vocabulary => vocabulary.Name == name);

    /// <summary>The GGUF file, written once a test run.</summary>
    public string WriteFile() => Paths.GetOrAdd(Name, _ => new Lazy<string>(() =>
    {
        GgufWriter writer = new();
        writer.AddString("general.architecture", "llama").AddString("tokenizer.ggml.model", Model);
        Add(writer);
        return TemporaryFiles.Write(Name + ".gguf", writer.ToArray());
    })).Value;

    /// <summary>llama.cpp's answer for the file as it is written now.</summary>
    public TokenAnswer ReadAnswer()
    {
        var answer = TokenAnswer.Parse(GoldenFiles.Read(AnswerFile, () => Ask().ToJson()));
        GoldenFiles.CheckHash(AnswerFile, answer.Sha256, WriteFile());
        return answer;
    }

    private TokenAnswer Ask()
    {
        string path = WriteFile();
        string[] texts = GoldenTexts.Create(RandomTexts, SpecialTexts);
        int[][] plain = LlamaCpp.Tokenize(path, texts, addSpecial: false, parseSpecial: false);
        int[][] special = LlamaCpp.Tokenize(path, texts, addSpecial: true, parseSpecial: true);
        return new TokenAnswer(GoldenFiles.HashOf(path), [.. texts.Select((text, i) => new TokenizedText(text, plain[i], special[i]))]);
    }

    private static GoldenVocabulary Sentence(string name, bool addsSpacePrefix, bool addsEndOfSequence = false) =>
        new(name, "llama", SmallVocabularies.Special, writer => SmallVocabularies.AddSentencePieces(writer, addsSpacePrefix, addsEndOfSequence));

    private static GoldenVocabulary BytePairs(string name, string pre, bool hasHoles = false) =>
        new(name, "gpt2", SmallVocabularies.Special, writer => SmallVocabularies.AddBytePairs(writer, pre, hasHoles));

    private static GoldenVocabulary Gemma4() =>
        new("gemma4", "gemma4", SmallVocabularies.Special, writer => SmallVocabularies.AddMarkedPairs(writer, "gemma4", "gemma4"));

    private static GoldenVocabulary WordPieces(string name, bool lowercase, bool stripAccents) =>
        new(name, "bert", ["[CLS]", "[SEP]", "[MASK]"], writer => SmallVocabularies.AddWordPieces(writer, lowercase, stripAccents));

    private static GoldenVocabulary Unigram(string name, bool addsSpacePrefix, bool removesExtraSpaces) =>
        new(name, "t5", ["<extra_id_0>", "</s>"], writer => SmallVocabularies.AddUnigram(writer, addsSpacePrefix, removesExtraSpaces));
}
