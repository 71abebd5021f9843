using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelGen.Vocabularies;

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

    // Markers of o200k_harmony's channels, which a reader of its output needs to see.
    private static readonly HashSet<string> HarmonyMarkers = new(StringComparer.Ordinal)
    {
        "<|channel|>", "<|message|>", "<|start|>", "<|constrain|>",
    };

    // Fill-in-the-middle markers: control tokens even where the file says otherwise. Past the end of a file, a model that was trained
    // to fill in begins another file; those markers end generation too. Of each kind a vocabulary has one; a file may name it.
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

        for (int kind = 0; kind < FillInTheMiddle.Length; kind++)
        {
            (bool endsGeneration, string[] texts) = FillInTheMiddle[kind];
            TokenAttributes end = endsGeneration ? TokenAttributes.EndOfGeneration : TokenAttributes.None;
            if (content.FillInTheMiddleIds[kind] is int named)
            {
                attributes[named] |= end;
                continue;
            }

            foreach (string text in texts)
            {
                if (ids.TryGetValue(text, out int id))
                {
                    attributes[id] |= TokenAttributes.Control | end;
                    break;
                }
            }
        }

        foreach (KeyValuePair<string, int> token in ids)
        {
            if ((attributes[token.Value] & TokenAttributes.Control) != 0 && token.Key.Contains("unused"))
            {
                attributes[token.Value] |= TokenAttributes.Unused;
            }

            if (HarmonyMarkers.Contains(token.Key))
            {
                attributes[token.Value] = TokenAttributes.UserDefined;
            }
        }

        foreach (int? end in new[] { content.EndOfSequenceId, content.EndOfTurnId, content.EndOfMessageId })
        {
            if (end is int id)
            {
                attributes[id] |= TokenAttributes.EndOfGeneration;
            }
        }

        MendFormats(ids, attributes);
        AddStripping(content, ids, attributes);
        return attributes;
    }

    // Two formats use a text that ends generation elsewhere in the middle of an answer; other texts of theirs tell them apart.
    private static void MendFormats(Dictionary<string, int> ids, TokenAttributes[] attributes)
    {
        bool hasCall = EndsGeneration("<|call|>") || EndsGeneration("<|calls|>");
        bool isHarmony = (EndsGeneration("<|return|>") && hasCall) || (hasCall && EndsGeneration("<|flush|>"));
        if (isHarmony && EndsGeneration("<|end|>"))
        {
            attributes[ids["<|end|>"]] = TokenAttributes.UserDefined;
        }

        if (EndsGeneration("<|tool_response>") && EndsGeneration("</s>"))
        {
            attributes[ids["</s>"]] = TokenAttributes.Normal;
        }

        bool EndsGeneration(string text) =>
            ids.TryGetValue(text, out int id) && (attributes[id] & TokenAttributes.EndOfGeneration) != 0;
    }

    // GGUF does not say which tokens take the white space beside them with them; llama.cpp knows these by their model's name.
    private static void AddStripping(VocabularyContent content, Dictionary<string, int> ids, TokenAttributes[] attributes)
    {
        string name = content.ModelName?.ToLower(CultureInfo.InvariantCulture) ?? "";
        string pre = content.Pre ?? "";
        bool isJina = pre.Contains("jina-v2-de") || pre.Contains("jina-v2-es") || pre.Contains("jina-v2-code")
            || content.Architecture is string architecture && (architecture.Contains("nomic-bert-moe") || architecture.Contains("jina-bert-v3"));
        if (isJina)
        {
            StripLeft("<mask>");
        }
        else if (name.Contains("phi-3") || name.Contains("phi3"))
        {
            foreach (KeyValuePair<string, int> token in ids)
            {
                if (IsSpecial(attributes[token.Value]) && !Phi3KeepsSpaceBehind.Contains(token.Key))
                {
                    attributes[token.Value] |= TokenAttributes.StripRight;
                }
            }
        }
        else if (name.Contains("modern-bert"))
        {
            StripLeft("[MASK]");
        }

        void StripLeft(string text)
        {
            if (ids.TryGetValue(text, out int id))
            {
                attributes[id] |= TokenAttributes.StripLeft;
            }
        }
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
