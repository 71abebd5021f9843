using System;
using System.Linq;
using ModelGen.Gguf;

namespace ModelGen.Vocabularies;

/// <summary>Reads a vocabulary's keys from a GGUF file, with the defaults that llama.cpp has where a key is absent.</summary>
internal static class VocabularyKeys
{
    /// <summary>What splits text.</summary>
    public const string ModelKey = "tokenizer.ggml.model";

    /// <summary>What cuts it into words before.</summary>
    public const string PreTokenizerKey = "tokenizer.ggml.pre";

    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string ScoresKey = "tokenizer.ggml.scores";
    private const string TypesKey = "tokenizer.ggml.token_type";
    private const string MergesKey = "tokenizer.ggml.merges";
    private const string CharacterMapKey = "tokenizer.ggml.precompiled_charsmap";
    private const string LowercaseKey = "tokenizer.ggml.normalizer.lowercase";
    private const string StripAccentsKey = "tokenizer.ggml.normalizer.strip_accents";

    // In the order of VocabularyContent.FillInTheMiddleIds; the second name is an older one.
    private static readonly string[][] FillInTheMiddleKeys =
    [
        ["tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id"],
        ["tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id"],
        ["tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id"],
        ["tokenizer.ggml.fim_pad_token_id"],
        ["tokenizer.ggml.fim_rep_token_id"],
        ["tokenizer.ggml.fim_sep_token_id"],
    ];

    /// <summary>Tokens that the file has texts of; 0 where its vocabulary is missing.</summary>
    public static long TokenCountOf(GgufHeader header) => header.Find(TokensKey) is { Type: GgufValueType.Array, Array: GgufArray array } ? array.Count : 0;

    /// <summary>The name of what splits text; empty where the file does not say.</summary>
    public static string ModelOf(GgufHeader header) => header.Find(ModelKey)?.Text ?? "";

    /// <summary>How the vocabulary of a model splits text.</summary>
    public static TokenizerKind KindOf(GgufHeader header) => TokenCountOf(header) == 0 ? TokenizerKind.IdsOnly : TokenizerKinds.Of(ModelOf(header));

    /// <summary>Why the model works for ids only, as the start of a sentence; null where it takes text, as far as its tokenizer's name says.</summary>
    public static string? WhyIdsOnly(GgufHeader header) =>
        KindOf(header) != TokenizerKind.IdsOnly ? null
        : TokenCountOf(header) == 0 ? "the file has no vocabulary (" + TokensKey + ")"
        : ModelOf(header).Length == 0 ? "the file names no tokenizer (" + ModelKey + ")"
        : "tokenizer '" + GgufText.OneLine(ModelOf(header)) + "' is not supported";

    /// <inheritdoc cref="VocabularyContent.From"/>
    public static VocabularyContent Read(GgufFile file)
    {
        byte[][] tokens = file.ReadStrings(TokensKey);
        string model = Text(file, ModelKey) ?? throw Error(file, ModelKey, "is missing; it says how the vocabulary splits text");
        return Read(file, model, tokens, hasTexts: true);
    }

    /// <inheritdoc cref="VocabularyContent.OfModel"/>
    public static VocabularyContent Read(GgufFile file, int vocabularySize)
    {
        if (TokenCountOf(file.Header) > 0)
        {
            return Read(file, Text(file, ModelKey) ?? "", file.ReadStrings(TokensKey), hasTexts: true);
        }

        // Whatever tokenizer the file names, it has nothing to work with. Ids that are known stay known.
        byte[][] tokens = new byte[vocabularySize][];
        for (int id = 0; id < tokens.Length; id++)
        {
            tokens[id] = [];
        }

        return Read(file, model: "", tokens, hasTexts: false);
    }

    private static VocabularyContent Read(GgufFile file, string model, byte[][] tokens, bool hasTexts)
    {
        TokenizerKind kind = TokenizerKinds.Of(model);
        string? pre = PreTokenizerOf(model, Text(file, PreTokenizerKey));
        PreTokenizerRule? rule = kind == TokenizerKind.BytePair ? PreTokenizerRules.Find(pre ?? "") : null;
        Defaults defaults = Defaults.Of(kind, rule, isGemma4: model == "gemma4");
        return new VocabularyContent
        {
            Model = model,
            Pre = pre,
            ModelName = Text(file, "general.name"),
            Architecture = Text(file, "general.architecture"),
            Tokens = tokens,
            Scores = hasTexts ? Scores(file) : null,
            Types = hasTexts && file.Header.Find(TypesKey) is not null ? file.ReadIntegers(TypesKey) : null,
            Merges = kind != TokenizerKind.BytePair ? []
                : file.Header.Find(MergesKey) is not null ? file.ReadStrings(MergesKey)
                : throw Error(file, MergesKey, "is missing; the vocabulary cannot merge bytes without it"),
            CharacterMap = kind == TokenizerKind.Unigram && file.Header.Find(CharacterMapKey) is not null
                ? Array.ConvertAll(file.ReadIntegers(CharacterMapKey), value => unchecked((byte)value))
                : [],
            BeginningOfSequenceId = Id(defaults.BeginningOfSequenceId, "tokenizer.ggml.bos_token_id"),
            EndOfSequenceId = Id(defaults.EndOfSequenceId, "tokenizer.ggml.eos_token_id"),
            EndOfTurnId = Id(null, "tokenizer.ggml.eot_token_id"),
            EndOfMessageId = Id(null, "tokenizer.ggml.eom_token_id"),
            UnknownId = Id(defaults.UnknownId, "tokenizer.ggml.unknown_token_id"),
            PaddingId = Id(defaults.PaddingId, "tokenizer.ggml.padding_token_id"),

            // The misspelling is the key's name.
            SeparatorId = Id(defaults.SeparatorId, "tokenizer.ggml.seperator_token_id"),
            FillInTheMiddleIds = Array.ConvertAll(FillInTheMiddleKeys, keys => Id(null, keys)),
            AddBeginningOfSequence = rule is { ForcesBeginningOfSequence: true }
                || (Flag(file, "tokenizer.ggml.add_bos_token") ?? defaults.AddBeginningOfSequence),
            AddEndOfSequence = Flag(file, "tokenizer.ggml.add_eos_token") ?? defaults.AddEndOfSequence,
            AddSeparator = Flag(file, "tokenizer.ggml.add_sep_token") ?? rule is { AddsSeparator: true },
            AddSpacePrefix = Flag(file, "tokenizer.ggml.add_space_prefix") ?? defaults.AddSpacePrefix,
            RemoveExtraSpaces = Flag(file, "tokenizer.ggml.remove_extra_whitespaces") ?? false,
            Lowercase = Flag(file, LowercaseKey) ?? true,
            StripAccents = Flag(file, StripAccentsKey) ?? Flag(file, LowercaseKey) ?? true,
            IsCased = kind == TokenizerKind.WordPiece && Flag(file, LowercaseKey) is null && Flag(file, StripAccentsKey) is null
                && tokens.Any(HasCapitals),
        };

        // Converters have written ids that no vocabulary has, 2³² − 1 for one, to say that there is none.
        int? Id(int? byDefault, params string[] keys)
        {
            int? id = byDefault < tokens.Length ? byDefault : null;
            foreach (string key in keys)
            {
                id = file.Header.Find(key) switch
                {
                    null => id,
                    { IsInteger: true } value => value.Integer >= 0 && value.Integer < tokens.Length ? (int)value.Integer : id,
                    _ => throw Error(file, key, "is no integer"),
                };
            }

            return id;
        }
    }

    /// <summary>The pre-tokenizer of a file: Gemma 4's tokenizer has its own whatever the file says.</summary>
    /// <param name="model">tokenizer.ggml.model.</param>
    /// <param name="pre">tokenizer.ggml.pre, or null.</param>
    public static string? PreTokenizerOf(string model, string? pre) => model == "gemma4" ? model : pre;

    // Special tokens of this kind are names in brackets.
    private static bool HasCapitals(byte[] token) =>
        !(token.Length > 0 && token[0] == '[' && token[token.Length - 1] == ']') && token.Any(value => value is >= (byte)'A' and <= (byte)'Z');

    private static float[]? Scores(GgufFile file)
    {
        GgufValue? value = file.Header.Find(ScoresKey);
        if (value is null)
        {
            return null;
        }

        return value.Array?.ElementType == GgufValueType.Int32
            ? Array.ConvertAll(file.ReadIntegers(ScoresKey), score => (float)score)
            : file.ReadSingles(ScoresKey);
    }

    private static string? Text(GgufFile file, string key) => file.Header.Find(key) switch
    {
        null => null,
        { Type: GgufValueType.String } value => value.Text,
        _ => throw Error(file, key, "is no string"),
    };

    private static bool? Flag(GgufFile file, string key) => file.Header.Find(key) switch
    {
        null => null,
        { Type: GgufValueType.Bool } value => value.Integer != 0,
        _ => throw Error(file, key, "is no boolean"),
    };

    private static ModelGenException Error(GgufFile file, string key, string what) =>
        new($"{file.DisplayName}: metadata key {key} {what}. Convert the model again.");

    /// <summary>What a kind of tokenizer has where the file does not say: the ids of the first published model of the kind.</summary>
    private sealed record Defaults(
        int? BeginningOfSequenceId = null,
        int? EndOfSequenceId = null,
        int? UnknownId = null,
        int? PaddingId = null,
        int? SeparatorId = null,
        bool AddBeginningOfSequence = false,
        bool AddEndOfSequence = false,
        bool AddSpacePrefix = false)
    {
        // LLaMA's, GPT-2-like Falcon's, BERT's and T5's own ids.
        public static Defaults Of(TokenizerKind kind, PreTokenizerRule? rule, bool isGemma4) => kind switch
        {
            TokenizerKind.SentencePiece => new(1, 2, 0, AddBeginningOfSequence: true, AddSpacePrefix: true),
            TokenizerKind.BytePair when isGemma4 => new(AddBeginningOfSequence: true),
            TokenizerKind.BytePair => new(
                rule is { HasDefaultBeginningOfSequence: false } ? null : 11,
                11,
                AddBeginningOfSequence: rule?.AddsBeginningOfSequence ?? false),
            TokenizerKind.WordPiece => new(101, null, 100, 0, 102, AddBeginningOfSequence: true),
            TokenizerKind.Unigram => new(null, 1, 2, 0, AddEndOfSequence: true),
            _ => new(),
        };
    }
}
