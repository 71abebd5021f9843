using System;
using System.Buffers.Binary;
using System.Text;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Takes choices from an input, byte by byte; behind its end every choice is the first one.</summary>
internal sealed class ChoiceTape(byte[] input)
{
    private int _position;

    public bool IsAtEnd => _position >= input.Length;

    /// <summary>A number from 0 to below 256.</summary>
    public int Next() => IsAtEnd ? 0 : input[_position++];

    /// <summary>A number from 0 to below <paramref name="end"/> ≤ 256.</summary>
    public int Next(int end) => Next() % end;

    /// <summary>Any 64 bits.</summary>
    public long NextLong()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)Next();
        }

        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Fragments and any UTF-16 units, one behind the other.</summary>
    public string NextText(System.Collections.Generic.IReadOnlyList<string> fragments)
    {
        StringBuilder text = new();
        for (int parts = Next(8); parts > 0; parts--)
        {
            int choice = Next();
            if (choice < 160)
            {
                text.Append(fragments[choice % fragments.Count]);
            }
            else if (choice < 200)
            {
                text.Append((char)(Next() | (Next() << 8)));
            }
            else
            {
                text.Append((char)(' ' + Next(95)));
            }
        }

        return text.ToString();
    }
}
