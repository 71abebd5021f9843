using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Gguf;
using ModelGen.Tests.Shared;
using ModelGen.Vocabularies;

namespace ModelGen.EndToEnd.Tests.Tokenizers;

/// <summary>Vocabularies as GGUF files without weights: published ones, and kinds of which none lies beside the repository, made here.</summary>
internal static class TestVocabularies
{
    /// <summary>Where the published ones lie.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryFiles.SharedData, "tokenizers");

    /// <summary>GPT-2's vocabulary with another pre-tokenizer.</summary>
    public static string WithPreTokenizer(string pre) => Write(writer =>
    {
        GgufFile file = GgufHeaderReader.ReadFile(Path.Combine(Folder, "gpt-2.gguf"));
        writer.AddString("tokenizer.ggml.model", "gpt2");
        writer.AddString("tokenizer.ggml.pre", pre);
        writer.AddStrings("tokenizer.ggml.tokens", Texts(file.ReadStrings("tokenizer.ggml.tokens")));
        writer.AddStrings("tokenizer.ggml.merges", Texts(file.ReadStrings("tokenizer.ggml.merges")));
        writer.AddInt32s("tokenizer.ggml.token_type", file.ReadIntegers("tokenizer.ggml.token_type"));
    });

    /// <summary>
    /// Byte-pair encoding with holes: half of the bytes and of the texts between merges are no tokens.
    /// </summary>
    public static string WithHoles() => Write(writer =>
    {
        GgufFile file = GgufHeaderReader.ReadFile(Path.Combine(Folder, "gpt-2.gguf"));
        string[] tokens = [.. Texts(file.ReadStrings("tokenizer.ggml.tokens")).Where((_, id) => id % 2 == 0 || id > 50000)];
        writer.AddString("tokenizer.ggml.model", "gpt2");
        writer.AddString("tokenizer.ggml.pre", "gpt-2");
        writer.AddStrings("tokenizer.ggml.tokens", [.. tokens, "é", "<|é|>"]);
        writer.AddStrings("tokenizer.ggml.merges", Texts(file.ReadStrings("tokenizer.ggml.merges")));
        writer.AddInt32s("tokenizer.ggml.token_type", [.. tokens.Select(_ => TokenType.Normal), TokenType.Control, TokenType.UserDefined]);
    });

    /// <summary>Unigram over the pieces of LLaMA's vocabulary.</summary>
    public static string Unigram(bool addsSpacePrefix, bool removesExtraSpaces) => Write(writer =>
    {
        GgufFile file = GgufHeaderReader.ReadFile(Path.Combine(Folder, "llama-spm.gguf"));
        string[] pieces = [.. Texts(file.ReadStrings("tokenizer.ggml.tokens")).Skip(259).Take(12000)];
        string[] tokens = ["<pad>", "</s>", "<unk>", .. pieces, "<extra_id_0>", "<extra_id_1>", "▁<unused>"];
        writer.AddString("tokenizer.ggml.model", "t5");
        writer.AddStrings("tokenizer.ggml.tokens", tokens);
        writer.AddFloats("tokenizer.ggml.scores", [.. tokens.Select((token, id) => -2f - 0.0007f * id - 0.01f * (id % 7))]);
        writer.AddInt32s(
            "tokenizer.ggml.token_type",
            [
                TokenType.Control, TokenType.Control, TokenType.Unknown, .. pieces.Select(_ => TokenType.Normal),
                TokenType.UserDefined, TokenType.UserDefined, TokenType.Unused,
            ]);
        writer.AddBool("tokenizer.ggml.add_space_prefix", addsSpacePrefix);
        writer.AddBool("tokenizer.ggml.remove_extra_whitespaces", removesExtraSpaces);
        writer.AddArray("tokenizer.ggml.precompiled_charsmap", GgufWriter.ValueType.Int8, CharacterMaps.Create(new Dictionary<string, string>
        {
            ["Ａ"] = "A", ["ﬁ"] = "fi", ["\u00a0"] = " ", ["\t"] = " ", ["\n"] = " ", ["\u200b"] = "", ["é"] = "é", ["e\u0301"] = "é", ["½"] = "1⁄2",
        }), (target, value) => target.Write(value));
    });

    /// <summary>RWKV's kind: all bytes, some longer tokens, with escapes.</summary>
    public static string Rwkv() => Write(writer =>
    {
        string[] bytes = [.. Enumerable.Range(0, 256).Select(value => value is > 32 and < 127 and not '\\' ? ((char)value).ToString() : $"\\x{value:x2}")];
        string[] words = ["the", " the", "Hello", "\\n\\n", "\\t\\t", "\\r\\n", "é", "的", "\\xf0\\x9f\\x98", "12", "  ", "don\\'t", "a\\\\b"];
        writer.AddString("tokenizer.ggml.model", "rwkv");
        writer.AddStrings("tokenizer.ggml.tokens", ["<s>", .. bytes, .. words]);
        writer.AddInt32s("tokenizer.ggml.token_type", [TokenType.Control, .. bytes.Select(_ => TokenType.Normal), .. words.Select(_ => TokenType.Normal)]);
    });

    /// <summary>BERT's vocabulary with other switches.</summary>
    public static string Bert(bool lowercase, bool stripAccents) => Write(writer =>
    {
        GgufFile file = GgufHeaderReader.ReadFile(Path.Combine(Folder, "bert-bge.gguf"));
        writer.AddString("tokenizer.ggml.model", "bert");
        writer.AddStrings("tokenizer.ggml.tokens", Texts(file.ReadStrings("tokenizer.ggml.tokens")));
        writer.AddInt32s("tokenizer.ggml.token_type", file.ReadIntegers("tokenizer.ggml.token_type"));
        writer.AddBool("tokenizer.ggml.normalizer.lowercase", lowercase);
        writer.AddBool("tokenizer.ggml.normalizer.strip_accents", stripAccents);
    });

    private static string[] Texts(byte[][] texts) => [.. texts.Select(Encoding.UTF8.GetString)];

    private static string Write(System.Action<GgufWriter> add)
    {
        GgufWriter writer = new();
        writer.AddString("general.architecture", "llama");
        add(writer);
        return TemporaryFiles.Write("vocabulary.gguf", writer.ToArray());
    }
}
