using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen.CompilerServices;
using ModelGen.Gguf;
using ModelGen.Tokenization;
using ModelGen.Tokenization.PreTokenization;
using ModelGen.Tokenization.WordPieces;
using ModelGen.Vocabularies;

namespace ModelGen;

/// <summary>
/// Turns text into the ids of a model's vocabulary and back. Safe for concurrent use; it gives the ids that llama.cpp gives, but for
/// WordPiece vocabularies, which have <see cref="WordPieceRules"/>.
/// </summary>
/// <remarks>
/// The tokenizer of a compiled model reads the vocabulary in the packed file in place. It has a view of its own, so that programs may keep it
/// longer than the model; what it takes is given back when it is collected.
/// </remarks>
public abstract class Tokenizer
{
    private TokenTexts? _texts;
    private TokenTexts? _names;

    // Only the runtime knows the packed vocabulary.
    private protected Tokenizer()
    {
    }

    /// <summary>Number of tokens; ids are 0 to VocabularySize − 1.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Id of the token that starts a sequence (BOS), or null.</summary>
    public abstract int? BeginningOfSequenceId { get; }

    /// <summary>Id of the token that ends a sequence (EOS), or null.</summary>
    public abstract int? EndOfSequenceId { get; }

    /// <summary>Id of the token that ends a turn of a conversation (EOT), or null where the model does not name one.</summary>
    public abstract int? EndOfTurnId { get; }

    /// <summary>Id of the token that stands for what the vocabulary cannot write, or null.</summary>
    public abstract int? UnknownId { get; }

    /// <summary>Id of the padding token, or null.</summary>
    public abstract int? PaddingId { get; }

    /// <summary>Id of the token that parts two texts (SEP), or null.</summary>
    public abstract int? SeparatorId { get; }

    /// <summary>
    /// Opens the tokenizer of a GGUF file, which may hold a vocabulary and no weights, as the first part of a split model may. A compiled model has its tokenizer ready
    /// (<see cref="CompiledModel.Tokenizer"/>); this one reads and prepares the vocabulary, which takes some tenths of a second.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="wordPieceRules">How a WordPiece vocabulary cuts text into words; others do not ask.</param>
    /// <exception cref="ModelGenException">The file is no GGUF file, or its vocabulary cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="wordPieceRules"/> is no member of the enumeration.</exception>
    public static Tokenizer Load(string path, WordPieceRules wordPieceRules = WordPieceRules.Bert)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Enum.IsDefined(wordPieceRules)
            ? Create(VocabularyContent.From(GgufHeaderReader.ReadPart(path)), wordPieceRules)
            : throw new ArgumentOutOfRangeException(
                nameof(wordPieceRules), wordPieceRules, $"The rules are one of {string.Join(", ", Enum.GetNames<WordPieceRules>())}.");
    }

    /// <summary>Whether generation ends when the model samples this token: the end of a sequence, a turn, a tool call.</summary>
    /// <param name="id">An id of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    public abstract bool IsEndOfGeneration(int id);

    /// <summary>The ids of a text.</summary>
    /// <param name="text">Any text; a surrogate without its pair is read as U+FFFD.</param>
    /// <param name="addSpecialTokens">Adds BOS in front and EOS behind where the model asks for them.</param>
    /// <param name="parseSpecialTokens">Reads the text of control tokens, such as "&lt;|im_end|&gt;", as these tokens. Leave it off for
    /// text that users write: with it they could forge a turn of the conversation.</param>
    /// <exception cref="ModelGenException">The vocabulary has no way to write a character of the text.</exception>
    public IReadOnlyList<int> EncodeToIds(string text, bool addSpecialTokens = true, bool parseSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return EncodeToIds(text.AsSpan(), addSpecialTokens, parseSpecialTokens);
    }

    /// <inheritdoc cref="EncodeToIds(string, bool, bool)"/>
    public IReadOnlyList<int> EncodeToIds(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = false)
    {
        List<int> ids = [];
        Encode(text, content: [], EncodingOf(addSpecialTokens, parseSpecialTokens), IdSink.Keep(ids));
        return ids;
    }

    /// <summary>The number of ids that <see cref="EncodeToIds(string, bool, bool)"/> gives.</summary>
    /// <inheritdoc cref="EncodeToIds(string, bool, bool)"/>
    public int CountTokens(string text, bool addSpecialTokens = true, bool parseSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return CountTokens(text.AsSpan(), addSpecialTokens, parseSpecialTokens);
    }

    /// <inheritdoc cref="CountTokens(string, bool, bool)"/>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = false)
    {
        IdSink ids = IdSink.CountOnly();
        Encode(text, content: [], EncodingOf(addSpecialTokens, parseSpecialTokens), ids);
        return ids.Count;
    }

    /// <summary>
    /// The text of ids from the start of a sequence. The space that encoding puts in front of a text is taken away again, so that
    /// decoding what was encoded gives the text back.
    /// </summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <param name="includeSpecialTokens">Writes control tokens by their text, such as "&lt;s&gt;"; else they are left out.</param>
    /// <returns>The text; bytes that are not UTF-8 give U+FFFD.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool includeSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArrayBufferWriter<byte> bytes = new();
        foreach (int id in ids)
        {
            WriteBytes(id, includeSpecialTokens, bytes);
        }

        ReadOnlySpan<byte> text = bytes.WrittenSpan;
        return Encoding.UTF8.GetString(AddsSpacePrefix && text is [(byte)' ', ..] ? text[1..] : text);
    }

    /// <summary>The text of each token by itself, in the middle of a text; that of control tokens is empty.</summary>
    internal TokenTexts Texts => _texts ??= new TokenTexts(this, includeSpecialTokens: false);

    /// <summary>The same, with control tokens by their names, such as "&lt;s&gt;".</summary>
    internal TokenTexts Names => _names ??= new TokenTexts(this, includeSpecialTokens: true);

    /// <summary>Whether encoding puts a space in front of a text.</summary>
    internal abstract bool AddsSpacePrefix { get; }

    /// <summary>Gives the ids of <paramref name="text"/> to <paramref name="ids"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="content">Parts of it, in order and apart from each other, in which the text of control tokens is never read as these
    /// tokens.</param>
    /// <param name="encoding">How it is encoded.</param>
    /// <param name="ids">Takes the ids.</param>
    internal abstract void Encode(ReadOnlySpan<char> text, ReadOnlySpan<Range> content, TextEncoding encoding, IdSink ids);

    /// <summary>
    /// Gives the ids of two texts that a model reads beside each other, such as a question and a document to rank, with the special tokens that
    /// the model asks for: BERT's [CLS] first [SEP] second [SEP], RoBERTa's &lt;s&gt; first &lt;/s&gt;&lt;/s&gt; second &lt;/s&gt;. The text of control tokens is text in both.
    /// </summary>
    /// <returns>How many ids <paramref name="ids"/> has where the second text begins: from there on tokens are of type 1 where a model has types.</returns>
    internal abstract int EncodePair(ReadOnlySpan<char> first, ReadOnlySpan<char> second, IdSink ids);

    /// <summary>Appends the bytes that a token stands for, in the middle of a text.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    internal abstract void WriteBytes(int id, bool includeSpecialTokens, IBufferWriter<byte> output);

    /// <summary>Whether the token is split out of a text rather than made from it, so that text behind it starts anew.</summary>
    internal abstract bool IsSpecial(int id);

    /// <summary>Opens the tokenizer of a packed vocabulary (<see cref="VocabularySection"/>).</summary>
    /// <param name="section">The section's first byte.</param>
    /// <param name="length">Bytes that may be read from there.</param>
    /// <param name="preTokenizer">What cuts the text of a byte-pair or WordPiece vocabulary into words; null for the other kinds.</param>
    /// <param name="owner">What keeps the memory. A <see cref="SafeHandle"/> (such as that of a memory-mapped
    /// view) is held open during every call, and calls after its disposal throw <see cref="ObjectDisposedException"/>; any other object is
    /// kept from collection.</param>
    /// <exception cref="ModelGenException">The section is damaged, of another version or for another tokenizer.</exception>
    internal static unsafe Tokenizer Create(byte* section, long length, PreTokenizer? preTokenizer, object? owner = null)
    {
        VocabularyReader vocabulary = new(section, length, owner);
        bool fits = vocabulary.Tables.Kind == TokenizerKind.WordPiece
            ? preTokenizer is WordPiecePreTokenizer
            : vocabulary.Tables.PreTokenizer == (preTokenizer?.Kind ?? PreTokenizerKind.None);
        if (!fits)
        {
            throw new ModelGenException(
                $"The packed vocabulary asks for the pre-tokenizer {vocabulary.Tables.PreTokenizer}, but the program has "
                + $"{preTokenizer?.Kind ?? PreTokenizerKind.None}; build the program with this model.");
        }

        return vocabulary.Tables.Kind switch
        {
            TokenizerKind.SentencePiece => new SentencePieceTokenizer(vocabulary),
            TokenizerKind.BytePair when preTokenizer is PassPreTokenizer passes => new BytePairTokenizer(vocabulary, passes),
            TokenizerKind.WordPiece when preTokenizer is WordPiecePreTokenizer words => new WordPieceTokenizer(vocabulary, words),
            TokenizerKind.Unigram => new UnigramTokenizer(vocabulary),
            TokenizerKind.Rwkv => new RwkvTokenizer(vocabulary),
            TokenizerKind.IdsOnly => new IdsOnlyTokenizer(vocabulary),
            _ => throw new ModelGenException(
                $"The packed vocabulary is for tokenizer kind {(int)vocabulary.Tables.Kind}, which this runtime does not have; "
                + "build the model with the ModelGen package of the runtime's version."),
        };
    }

    /// <summary>Opens the tokenizer of a packed vocabulary that was made in memory; the bytes are copied.</summary>
    internal static unsafe Tokenizer Create(ReadOnlySpan<byte> section, PreTokenizer? preTokenizer = null)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(section.Length, pinned: true);
        section.CopyTo(pinned);
        return Create((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)), pinned.Length, preTokenizer, pinned);
    }

    /// <summary>
    /// Opens the tokenizer of a vocabulary whose kind is only known now, such as that of a file without weights. Compiled models name their
    /// pre-tokenizer instead, so that a program has that one alone.
    /// </summary>
    internal static unsafe Tokenizer Create(VocabularyContent content, WordPieceRules wordPieceRules = WordPieceRules.Bert)
    {
        byte[] section = VocabularyWriter.Write(content);
        fixed (byte* first = section)
        {
            VocabularyTables tables = new(first, section.Length);
            return Create(section, PreTokenizer.Of(tables.Kind == TokenizerKind.WordPiece ? wordPieceRules.PreTokenizer() : tables.PreTokenizer));
        }
    }

    private static TextEncoding EncodingOf(bool addSpecialTokens, bool parseSpecialTokens) =>
        TextEncoding.StartsText
        | (addSpecialTokens ? TextEncoding.AddBeginningOfSequence | TextEncoding.AddEndOfSequence : 0)
        | (parseSpecialTokens ? TextEncoding.ParseSpecialTokens : 0);
}
