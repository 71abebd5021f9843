using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Tests.Shared;

/// <summary>Writes maps of characters as SentencePiece's precompiled_charsmap has them: a double array, then the replacements.</summary>
internal static class CharacterMaps
{
    // Each node has a block of its own, so that no two can meet; a real map is packed densely.
    private const int BlockUnits = 256;
    private const uint ValueBit = 1U << 31;
    private const uint HasValue = 1 << 8;
    private const int OffsetShift = 10;

    /// <summary>The map's bytes.</summary>
    public static sbyte[] Create(IReadOnlyDictionary<string, string> map)
    {
        List<uint> units = [.. new uint[BlockUnits]];
        List<byte> replacements = [];
        AddNode(0, 0, [.. map.Select(entry => (Encoding.UTF8.GetBytes(entry.Key), Encoding.UTF8.GetBytes(entry.Value)))]);
        byte[] array = [.. units.SelectMany(BitConverter.GetBytes)];
        return [.. BitConverter.GetBytes(array.Length).Concat(array).Concat(replacements).Select(value => unchecked((sbyte)value))];

        void AddNode(int index, byte label, (byte[] Left, byte[] Replacement)[] entries)
        {
            int block = units.Count;
            units.AddRange(new uint[BlockUnits]);
            uint unit = (uint)(index ^ block) << OffsetShift | label;
            foreach ((byte[] rest, byte[] replacement) in entries.Where(entry => entry.Left.Length == 0))
            {
                unit |= HasValue;
                units[block] = ValueBit | (uint)replacements.Count;
                replacements.AddRange([.. replacement, 0]);
            }

            units[index] = unit;
            foreach (var child in entries.Where(entry => entry.Left.Length > 0).GroupBy(entry => entry.Left[0]))
            {
                AddNode(block ^ child.Key, child.Key, [.. child.Select(entry => (entry.Left[1..], entry.Replacement))]);
            }
        }
    }
}
