using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Grammars;

/// <summary>Characters and texts as the bytes of UTF-8 (RFC 3629).</summary>
internal static class Utf8Expressions
{
    // The last characters that are written with one, two, three and four bytes.
    private static readonly int[] LastOfLength = [0x7F, 0x7FF, 0xFFFF, CharacterRange.LastCharacter];

    /// <summary>One character of a set.</summary>
    /// <param name="ranges">The set, in order.</param>
    public static GrammarExpression OneOf(IReadOnlyList<CharacterRange> ranges)
    {
        ByteSet single = ByteSet.Empty;
        List<GrammarExpression> items = [];
        foreach (CharacterRange range in ranges)
        {
            int first = range.First;
            foreach (int lastOfLength in LastOfLength)
            {
                int last = range.Last < lastOfLength ? range.Last : lastOfLength;
                if (first > last)
                {
                    continue;
                }

                if (last <= 0x7F)
                {
                    single |= ByteSet.Range((byte)first, (byte)last);
                }
                else
                {
                    AddLonger(first, last, items);
                }

                first = last + 1;
            }
        }

        if (items.Count == 0)
        {
            return new ByteExpression(single);
        }

        if (!single.IsEmpty)
        {
            items.Insert(0, new ByteExpression(single));
        }

        return items.Count == 1 ? items[0] : new ChoiceExpression(items);
    }

    /// <summary>One text.</summary>
    /// <param name="utf8">Its bytes.</param>
    public static GrammarExpression Text(byte[] utf8) =>
        new SequenceExpression([.. utf8.Select(value => new ByteExpression(ByteSet.Of(value)))]);

    // Characters from first to last that are written with the same number of bytes, at least two. Where their bytes differ before the last one,
    // the range is cut so that in each part every byte behind the first that differs takes all its values: a part is a sequence of sets.
    private static void AddLonger(int first, int last, List<GrammarExpression> items)
    {
        int length = first <= 0x7FF ? 2 : first <= 0xFFFF ? 3 : 4;
        for (int continuation = 1; continuation < length; continuation++)
        {
            int block = (1 << (6 * continuation)) - 1;
            if ((first & ~block) != (last & ~block))
            {
                if ((first & block) != 0)
                {
                    AddLonger(first, first | block, items);
                    AddLonger((first | block) + 1, last, items);
                    return;
                }

                if ((last & block) != block)
                {
                    AddLonger(first, (last & ~block) - 1, items);
                    AddLonger(last & ~block, last, items);
                    return;
                }
            }
        }

        GrammarExpression[] bytes = new GrammarExpression[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = new ByteExpression(ByteSet.Range(ByteAt(first, index, length), ByteAt(last, index, length)));
        }

        items.Add(new SequenceExpression(bytes));
    }

    private static byte ByteAt(int character, int index, int length)
    {
        int bits = character >> (6 * (length - 1 - index));

        // The first byte says the length: 110xxxxx, 1110xxxx or 11110xxx; the others are 10xxxxxx.
        return index > 0 ? (byte)(0x80 | (bits & 0x3F)) : (byte)((0xF00 >> length) & 0xFF | bits);
    }
}
