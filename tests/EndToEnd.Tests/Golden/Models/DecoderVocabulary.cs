using System.Globalization;
using System.Linq;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>A SentencePiece vocabulary for models that are asked for logits of ids: special tokens, the letters, numbered words.</summary>
internal static class DecoderVocabulary
{
    private const int Normal = 1;
    private const int Unknown = 2;
    private const int Control = 3;
    private const int Letters = 26;

    /// <summary>Ids below are no words.</summary>
    public const int FirstOrdinary = 3;

    public static void AddTo(GgufWriter writer, int count)
    {
        string[] tokens = ["<unk>", "<s>", "</s>", "▁", .. Enumerable.Range('a', Letters).Select(letter => ((char)letter).ToString())];
        int words = count - tokens.Length;
        tokens = [.. tokens, .. Enumerable.Range(0, words).Select(number => "word" + number.ToString(CultureInfo.InvariantCulture))];
        writer.AddString("tokenizer.ggml.model", "llama")
            .AddStrings("tokenizer.ggml.tokens", tokens)
            .AddFloats("tokenizer.ggml.scores", tokens.Select((_, id) => -(float)id))
            .AddInt32s(
                "tokenizer.ggml.token_type", tokens.Select((_, id) => id switch { 0 => Unknown, < FirstOrdinary => Control, _ => Normal }))
            .AddUInt32("tokenizer.ggml.bos_token_id", 1)
            .AddUInt32("tokenizer.ggml.eos_token_id", 2)
            .AddUInt32("tokenizer.ggml.unknown_token_id", 0);
    }
}
