using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ModelGen.Packing;
using ModelGen.Tokenization;

namespace ModelGen;

/// <summary>
/// Turns text into the ids of a model's vocabulary and back. Safe for concurrent use; it gives the ids that llama.cpp gives.
/// </summary>
/// <remarks>
/// It reads the vocabulary in the model's packed weights in place. Once these are given back, its calls throw
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public abstract class Tokenizer
{
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
        Encode(text, EncodingOf(addSpecialTokens, parseSpecialTokens), ids);
        return ids;
    }

    /// <summary>The number of ids that <see cref="EncodeToIds(string, bool, bool)"/> gives.</summary>
    /// <inheritdoc cref="EncodeToIds(string, bool, bool)"/>
    public int CountTokens(string text, bool addSpecialTokens = true, bool parseSpecialTokens = false) =>
        EncodeToIds(text, addSpecialTokens, parseSpecialTokens).Count;

    /// <inheritdoc cref="CountTokens(string, bool, bool)"/>
    public int CountTokens(ReadOnlySpan<char> text, bool addSpecialTokens = true, bool parseSpecialTokens = false) =>
        EncodeToIds(text, addSpecialTokens, parseSpecialTokens).Count;

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

    /// <summary>Whether encoding puts a space in front of a text.</summary>
    internal abstract bool AddsSpacePrefix { get; }

    /// <summary>Appends the ids of <paramref name="text"/> to <paramref name="ids"/>.</summary>
    internal abstract void Encode(ReadOnlySpan<char> text, TextEncoding encoding, List<int> ids);

    /// <summary>Appends the bytes that a token stands for, in the middle of a text.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    internal abstract void WriteBytes(int id, bool includeSpecialTokens, IBufferWriter<byte> output);

    /// <summary>Whether the token is split out of a text rather than made from it, so that text behind it starts anew.</summary>
    internal abstract bool IsSpecial(int id);

    /// <summary>Opens the tokenizer of a packed vocabulary (<see cref="VocabularySection"/>).</summary>
    /// <param name="section">The section's first byte.</param>
    /// <param name="length">Bytes that may be read from there.</param>
    /// <param name="owner">What keeps the memory. A <see cref="SafeHandle"/> (such as that of a memory-mapped
    /// view) is held open during every call, and calls after its disposal throw <see cref="ObjectDisposedException"/>; any other object is
    /// kept from collection.</param>
    /// <exception cref="ModelGenException">The section is damaged, of another version or for another tokenizer.</exception>
    internal static unsafe Tokenizer Create(byte* section, long length, object? owner = null)
    {
        VocabularyReader vocabulary = new(section, length, owner);
        return vocabulary.Kind switch
        {
            VocabularySection.SentencePieceKind => new SentencePieceTokenizer(vocabulary),
            VocabularySection.IdsOnlyKind => new IdsOnlyTokenizer(vocabulary),
            _ => throw new ModelGenException(
                $"The packed vocabulary is for tokenizer kind {vocabulary.Kind}, which this runtime does not have; "
                + "build the model with the ModelGen package of the runtime's version."),
        };
    }

    /// <summary>Opens the tokenizer of a packed vocabulary that was made in memory; the bytes are copied.</summary>
    internal static unsafe Tokenizer Create(ReadOnlySpan<byte> section)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(section.Length, pinned: true);
        section.CopyTo(pinned);
        return Create((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)), pinned.Length, pinned);
    }

    private static TextEncoding EncodingOf(bool addSpecialTokens, bool parseSpecialTokens) =>
        TextEncoding.StartsText
        | (addSpecialTokens ? TextEncoding.AddBeginningOfSequence | TextEncoding.AddEndOfSequence : 0)
        | (parseSpecialTokens ? TextEncoding.ParseSpecialTokens : 0);
}
