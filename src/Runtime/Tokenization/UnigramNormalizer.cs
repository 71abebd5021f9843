using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// Normalises text as SentencePiece does before a Unigram model reads it: characters are rewritten by the model's own map, spaces are
/// marked and, where the model says so, runs of them count as one.
/// </summary>
/// <remarks>
/// The map is SentencePiece's precompiled_charsmap: a length in bytes, a double array of that length (Yata's darts-clone, 32-bit units), and
/// the replacements, each ended by a zero byte. The longest text in the map that fits is replaced.
/// </remarks>
internal sealed unsafe class UnigramNormalizer
{
    private readonly VocabularyTables _tables;
    private readonly byte* _units;
    private readonly long _unitCount;
    private readonly byte* _replacements;
    private readonly long _replacementLength;

    public UnigramNormalizer(VocabularyTables tables)
    {
        _tables = tables;
        byte* map = tables.Table(VocabularyTable.CharacterMap, out long length);
        if (length == 0)
        {
            return;
        }

        uint arrayLength = length >= sizeof(uint) ? *(uint*)map : uint.MaxValue;
        if (arrayLength + (long)sizeof(uint) >= length)
        {
            throw VocabularyTables.Damaged("its map of characters breaks off");
        }

        _units = map + sizeof(uint);
        _unitCount = arrayLength / sizeof(uint);
        _replacements = _units + arrayLength;
        _replacementLength = length - sizeof(uint) - arrayLength;
    }

    /// <summary>Appends the normalised text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="output">Takes it.</param>
    public void Normalize(ReadOnlySpan<byte> text, ref PooledBytes output)
    {
        bool mergesSpaces = _tables.Has(VocabularyFlags.RemoveExtraSpaces);
        bool isSpaceDue = _tables.Has(VocabularyFlags.AddSpacePrefix);
        bool isInWord = false;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> replacement = NextReplacement(text, out int consumed);
            text = text[consumed..];
            foreach (byte value in replacement)
            {
                if (value != ' ')
                {
                    if (!isInWord)
                    {
                        isInWord = true;
                        if (isSpaceDue || mergesSpaces)
                        {
                            output.Write(SpaceMarks.Mark);
                            isSpaceDue = false;
                        }
                    }

                    output.Write(value);
                }
                else
                {
                    isInWord = false;
                    if (!mergesSpaces)
                    {
                        output.Write(SpaceMarks.Mark);
                    }
                }
            }
        }
    }

    private ReadOnlySpan<byte> NextReplacement(ReadOnlySpan<byte> text, out int consumed)
    {
        fixed (byte* first = text)
        {
            // What a user-defined token starts with is left as it is.
            consumed = _tables.UserTrie.LongestPath(first, text.Length);
        }

        if (consumed > 0)
        {
            return text[..consumed];
        }

        consumed = LongestMapped(text, out uint offset);
        if (consumed > 0)
        {
            ReadOnlySpan<byte> rest = offset < _replacementLength
                ? new(_replacements + offset, (int)(_replacementLength - offset))
                : throw VocabularyTables.Damaged("its map of characters names a replacement that is not there");
            int end = rest.IndexOf((byte)0);
            return end >= 0 ? rest[..end] : throw VocabularyTables.Damaged("a replacement of its map of characters has no end");
        }

        return Rune.DecodeFromUtf8(text, out _, out consumed) == OperationStatus.Done ? text[..consumed] : "\uFFFD"u8;
    }

    private int LongestMapped(ReadOnlySpan<byte> text, out uint offset)
    {
        const uint LabelMask = 1U << 31 | 0xFF;
        const uint ValueMask = (1U << 31) - 1;
        const uint HasValue = 1 << 8;
        offset = 0;
        int matched = 0;
        if (_unitCount == 0)
        {
            return 0;
        }

        uint node = BaseOf(Unit(0));
        for (int index = 0; index < text.Length && text[index] != 0; index++)
        {
            node ^= text[index];
            uint unit = Unit(node);
            if ((unit & LabelMask) != text[index])
            {
                break;
            }

            node ^= BaseOf(unit);
            if ((unit & HasValue) != 0)
            {
                matched = index + 1;
                offset = Unit(node) & ValueMask;
            }
        }

        return matched;
    }

    // A unit's offset to its children: 21 bits, or 8 bits further to the left where bit 9 says so.
    private static uint BaseOf(uint unit) => unit >> 10 << (int)((unit & (1U << 9)) >> 6);

    private uint Unit(uint index) => index < _unitCount
        ? BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(_units + index * sizeof(uint), sizeof(uint)))
        : throw VocabularyTables.Damaged("a node of its map of characters does not lie in it");
}
