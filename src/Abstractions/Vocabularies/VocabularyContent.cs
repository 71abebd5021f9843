using ModelGen.Gguf;

namespace ModelGen.Vocabularies;

/// <summary>A model's vocabulary as its GGUF file has it: what <see cref="VocabularyWriter"/> packs.</summary>
internal sealed record VocabularyContent
{
    /// <summary>tokenizer.ggml.model, e.g. "llama" for SentencePiece BPE (<see cref="TokenizerKinds"/>).</summary>
    public string Model { get; init; } = "";

    /// <summary>tokenizer.ggml.pre: the pre-tokenizer of byte-level BPE vocabularies.</summary>
    public string? Pre { get; init; }

    /// <summary>
    /// general.name: some models are known to want attributes that GGUF has no key for (see <see cref="TokenAttributeRules"/>).
    /// </summary>
    public string? ModelName { get; init; }

    /// <summary>tokenizer.ggml.tokens: UTF-8 text of each token, by id.</summary>
    public byte[][] Tokens { get; init; } = [];

    /// <summary>tokenizer.ggml.scores, by id: of two possible merges the one with the higher score is made. Absent: all 0.</summary>
    public float[]? Scores { get; init; }

    /// <summary>
    /// tokenizer.ggml.token_type, by id: 0 undefined, 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte. Absent: all
    /// normal.
    /// </summary>
    public int[]? Types { get; init; }

    /// <summary>Id of the token that starts a sequence (BOS).</summary>
    public int? BeginningOfSequenceId { get; init; }

    /// <summary>Id of the token that ends a sequence (EOS).</summary>
    public int? EndOfSequenceId { get; init; }

    /// <summary>Id of the token that ends a turn of a conversation (EOT).</summary>
    public int? EndOfTurnId { get; init; }

    /// <summary>Id of the token that stands for what the vocabulary cannot write.</summary>
    public int? UnknownId { get; init; }

    /// <summary>Id of the padding token.</summary>
    public int? PaddingId { get; init; }

    /// <summary>Id of the token between two texts, and behind each text of a WordPiece vocabulary (SEP).</summary>
    public int? SeparatorId { get; init; }

    /// <summary>Id of the token that ends a message that a tool answers (EOM).</summary>
    public int? EndOfMessageId { get; init; }

    /// <summary>
    /// Ids that the file names for filling in the middle: prefix, suffix, middle, padding, repository, file separator.
    /// </summary>
    public int?[] FillInTheMiddleIds { get; init; } = new int?[6];

    /// <summary>general.architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>tokenizer.ggml.merges: two texts with a space between, those that merge first in front.</summary>
    public byte[][] Merges { get; init; } = [];

    /// <summary>
    /// tokenizer.ggml.precompiled_charsmap: what a Unigram vocabulary writes for characters, as SentencePiece stores it; empty for nothing.
    /// </summary>
    public byte[] CharacterMap { get; init; } = [];

    /// <summary>Unigram: runs of spaces count as one, and none stand at the ends.</summary>
    public bool RemoveExtraSpaces { get; init; }

    /// <summary>WordPiece: text is lower-cased.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>WordPiece: accents are taken off.</summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>WordPiece: the file does not say how case and accents are written, and has pieces with capitals, which text in lower case could never give.</summary>
    public bool IsCased { get; init; }

    /// <summary>Whether encoding with special tokens puts BOS in front.</summary>
    public bool AddBeginningOfSequence { get; init; }

    /// <summary>Whether encoding with special tokens puts EOS behind.</summary>
    public bool AddEndOfSequence { get; init; }

    /// <summary>Whether SEP goes between two texts, behind the EOS of the first.</summary>
    public bool AddSeparator { get; init; }

    /// <summary>Whether a space is put in front of text, so that a word at the start is the same token as in the middle.</summary>
    public bool AddSpacePrefix { get; init; }

    /// <summary>Reads the vocabulary of a GGUF file.</summary>
    /// <exception cref="ModelGenException">The file has no vocabulary, or a key has the wrong type.</exception>
    public static VocabularyContent From(GgufFile file) => VocabularyKeys.Read(file);

    /// <summary>
    /// Reads the vocabulary of a model, which computes without one as well: a file that has no tokens, or does not say what splits text, gives
    /// a vocabulary for ids only.
    /// </summary>
    /// <param name="file">The model's file.</param>
    /// <param name="vocabularySize">Ids that the model takes.</param>
    /// <exception cref="ModelGenException">A key has the wrong type, or belongs to no vocabulary of this size.</exception>
    public static VocabularyContent OfModel(GgufFile file, int vocabularySize) => VocabularyKeys.Read(file, vocabularySize);
}
