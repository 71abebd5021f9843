using System;
using System.Runtime.InteropServices;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>A packed vocabulary (<see cref="VocabularyTables"/>) with what keeps its memory.</summary>
internal sealed unsafe class VocabularyReader
{
    private readonly object? _owner;

    /// <param name="section">The section's first byte.</param>
    /// <param name="length">Bytes that may be read from there.</param>
    /// <param name="owner">What keeps the memory: a SafeHandle is held open during every use (see <see cref="Lease"/>), any other object
    /// is kept from collection.</param>
    /// <exception cref="ModelGenException">The section is damaged or of another version.</exception>
    public VocabularyReader(byte* section, long length, object? owner)
    {
        _owner = owner;
        Tables = new VocabularyTables(section, length);
    }

    public VocabularyTables Tables { get; }

    /// <summary>
    /// Holds the memory open until the lease is disposed. Without it the collector could take a tokenizer that the caller does not use again,
    /// and its memory with it, in the middle of a call. Where that has happened (a finalizer may use what was collected with it), the lease
    /// is an ObjectDisposedException.
    /// </summary>
    public Lease Open() => new(_owner);

    /// <summary>The text of a token, UTF-8 or any bytes.</summary>
    public ReadOnlySpan<byte> TextOf(int id)
    {
        byte* text = Tables.TextOf(id, out int length);
        return new(text, length);
    }

    /// <summary>The attributes of a token.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is not in the vocabulary.</exception>
    public TokenAttributes AttributesOf(int id) => (uint)id < (uint)Tables.TokenCount
        ? Tables.AttributesOf(id)
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary's ids are 0 to {Tables.TokenCount - 1}.");

    /// <summary>The special token with exactly this text, or null.</summary>
    public int? FindSpecial(ReadOnlySpan<byte> text)
    {
        fixed (byte* first = text)
        {
            int id = Tables.FindSpecial(first, text.Length);
            return id == VocabularySection.None ? null : Tables.Token(id);
        }
    }

    /// <summary>See <see cref="Open"/>.</summary>
    public readonly struct Lease : IDisposable
    {
        private readonly object? _owner;

        public Lease(object? owner)
        {
            bool added = false;
            (owner as SafeHandle)?.DangerousAddRef(ref added);
            _owner = owner;
        }

        public void Dispose()
        {
            (_owner as SafeHandle)?.DangerousRelease();
            GC.KeepAlive(_owner);
        }
    }
}
