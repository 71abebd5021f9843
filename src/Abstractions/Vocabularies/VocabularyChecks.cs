using System;
using System.Text;

namespace ModelGen.Vocabularies;

/// <summary>Refuses vocabularies that cannot be read, with the sentence that says why.</summary>
internal static class VocabularyChecks
{
    // The type of tokenizer.ggml.token_type for a token that stands for one byte.
    private const int ByteType = 6;

    /// <summary>Checks a vocabulary and names its empty tokens.</summary>
    /// <exception cref="ModelGenException">The vocabulary is not one that ModelGen can read; the message says why.</exception>
    public static VocabularyContent Check(VocabularyContent content)
    {
        int count = content.Tokens.Length;
        if (count is 0 or > VocabularySection.MaxTokens)
        {
            throw new ModelGenException(
                $"The vocabulary (tokenizer.ggml.tokens) has {count} tokens; a language model has from 1 to {VocabularySection.MaxTokens}.");
        }

        CheckLength("tokenizer.ggml.scores", content.Scores?.Length);
        CheckLength("tokenizer.ggml.token_type", content.Types?.Length);
        CheckId("tokenizer.ggml.bos_token_id", content.BeginningOfSequenceId);
        CheckId("tokenizer.ggml.eos_token_id", content.EndOfSequenceId);
        CheckId("tokenizer.ggml.eot_token_id", content.EndOfTurnId);
        CheckId("tokenizer.ggml.unknown_token_id", content.UnknownId);
        CheckId("tokenizer.ggml.padding_token_id", content.PaddingId);
        CheckId("tokenizer.ggml.seperator_token_id", content.SeparatorId);

        byte[][] tokens = new byte[count][];
        for (int id = 0; id < count; id++)
        {
            // An empty text could never be matched nor told from others; it gets the name that llama.cpp gives it.
            tokens[id] = content.Tokens[id].Length > 0
                ? content.Tokens[id]
                : Encoding.ASCII.GetBytes(FormattableString.Invariant($"[EMPTY_{id}]"));
            if (content.Scores is not null && float.IsNaN(content.Scores[id]))
            {
                throw new ModelGenException($"The score of token {id} (tokenizer.ggml.scores) is not a number; convert the model again.");
            }

            if (content.Types is not null && content.Types[id] == ByteType && !IsByteText(tokens[id]))
            {
                throw new ModelGenException(
                    $"Token {id} is '{Encoding.UTF8.GetString(tokens[id])}' but marked as a byte (tokenizer.ggml.token_type), "
                    + "which is written <0x00> to <0xFF>; convert the model again.");
            }
        }

        return content with { Tokens = tokens };

        void CheckLength(string key, int? length)
        {
            if (length < count)
            {
                throw new ModelGenException($"The vocabulary has {count} tokens but {length} elements in {key}; convert the model again.");
            }
        }

        void CheckId(string key, int? id)
        {
            if (id < 0 || id >= count)
            {
                throw new ModelGenException($"{key} is {id}, but the vocabulary's ids are 0 to {count - 1}; convert the model again.");
            }
        }
    }

    private static bool IsByteText(byte[] text) =>
        text.Length == 6 && text[0] == '<' && text[1] == '0' && text[2] == 'x' && text[5] == '>'
        && IsHexadecimal(text[3]) && IsHexadecimal(text[4]);

    private static bool IsHexadecimal(byte character) =>
        character is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'F') or (>= (byte)'a' and <= (byte)'f');
}
