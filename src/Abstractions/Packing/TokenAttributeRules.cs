using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelGen.Packing;

/// <summary>
/// Resolves what each token is: the type that the GGUF file gives it, mended as llama.cpp mends it, because many published files mark
/// their turn and sequence ends as ordinary text and GGUF has no key for some attributes.
/// </summary>
internal static class TokenAttributeRules
{
    // Texts by which published vocabularies end a sequence, a turn or a tool call.
    private static readonly HashSet<string> EndOfGenerationTexts = new(StringComparer.Ordinal)
    {
        "</s>", "<eos>", "<|endoftext|>", "<|end_of_text|>", "[EOS]", "<｜end▁of▁sentence｜>", "[e~[",
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<EOT>", "_<EOT>", "[EOT]", "<end_of_utterance>", "<turn|>",
        "<|eom_id|>", "<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<|tool_response>",
    };

    // Fill-in-the-middle markers: control tokens even where the file says otherwise. Past the end of a file, a model that was trained
    // to fill in begins another file; those markers end generation too. Of each kind a vocabulary has one.
    private static readonly (bool EndsGeneration, string[] Texts)[] FillInTheMiddle =
    [
        (false, ["<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>"]),
        (false, ["<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>"]),
        (false, ["<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>"]),
        (true, ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"]),
        (true, ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"]),
        (true, ["<|file_sep|>"]),
    ];

    // Phi-3's own tokenizer drops white space behind its special tokens, except these.
    private static readonly HashSet<string> Phi3KeepsSpaceBehind = new(StringComparer.Ordinal) { "<unk>", "<s>", "<|endoftext|>" };

    /// <summary>The attributes of every token, by id.</summary>
    public static TokenAttributes[] Resolve(VocabularyContent content)
    {
        int count = content.Tokens.Length;
        TokenAttributes[] attributes = new TokenAttributes[count];
        Dictionary<string, int> ids = new(StringComparer.Ordinal);
        for (int id = 0; id < count; id++)
        {
            attributes[id] = content.Types is null ? TokenAttributes.Normal : FromType(content.Types[id]);
            string text = Encoding.UTF8.GetString(content.Tokens[id]);
            ids[text] = id;
            if (EndOfGenerationTexts.Contains(text))
            {
                attributes[id] |= TokenAttributes.Control | TokenAttributes.EndOfGeneration;
            }
        }

        foreach ((bool endsGeneration, string[] texts) in FillInTheMiddle)
        {
            foreach (string text in texts)
            {
                if (ids.TryGetValue(text, out int id))
                {
                    attributes[id] |= TokenAttributes.Control | (endsGeneration ? TokenAttributes.EndOfGeneration : TokenAttributes.None);
                    break;
                }
            }
        }

        foreach (int? end in new[] { content.EndOfSequenceId, content.EndOfTurnId })
        {
            if (end is int id)
            {
                attributes[id] |= TokenAttributes.EndOfGeneration;
            }
        }

        string name = content.ModelName?.ToLower(CultureInfo.InvariantCulture) ?? "";
        if (name.Contains("phi-3") || name.Contains("phi3"))
        {
            for (int id = 0; id < count; id++)
            {
                if (IsSpecial(attributes[id]) && !Phi3KeepsSpaceBehind.Contains(Encoding.UTF8.GetString(content.Tokens[id])))
                {
                    attributes[id] |= TokenAttributes.StripRight;
                }
            }
        }

        return attributes;
    }

    /// <summary>Whether text of the token is ever split out of a prompt.</summary>
    public static bool IsSpecial(TokenAttributes attributes) =>
        (attributes & (TokenAttributes.Control | TokenAttributes.UserDefined | TokenAttributes.Unknown)) != 0;

    // The ids are sentencepiece_model.proto's types plus llama.cpp's 0.
    private static TokenAttributes FromType(int type) => type switch
    {
        1 => TokenAttributes.Normal,
        2 => TokenAttributes.Unknown,
        3 => TokenAttributes.Control,
        4 => TokenAttributes.UserDefined,
        5 => TokenAttributes.Unused,
        6 => TokenAttributes.Byte,
        _ => TokenAttributes.None,
    };
}
