using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Puts the key and the value of one position into the cache of one key/value head, as 8-bit integers. Blocks of 64 positions: keys
/// [Stride / 32][64 scales][Stride / 4 words][64], values [64 scales][64][Stride / 4 words]. Word i of a row has the elements i,
/// Stride / 4 + i, Stride / 2 + i and 3 · Stride / 4 + i from its highest byte to its lowest. Eight words of a key, 32 elements, share a
/// scale, so that a few large channels do not cost the others their bits; a value has one scale. As in AppendInt16 a word is read as one
/// number, in which the lower elements are a fraction of the upper one, and each element is rounded with that in view: they are
/// float(word) · scale, float(word &lt;&lt; 8) · scale, and so on.
/// </summary>
internal static unsafe class AppendInt8
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // HeadDimension rounded up to 64
    private const int BlockKeys = 64;
    private const bool HasValue = true;         // else values are not kept
    private const int RowWords = Stride / 4;
    private const int GroupWords = 8;           // words of a key that share a scale
    private const int KeyScales = RowWords / GroupWords;
    private const float Largest = 127f;

    // 2²⁴ · 127 · 2⁻¹²⁶, rounded up: below it the scale would be a subnormal float. Such a group counts as zero.
    private const float SmallestMaximum = 2.51E-29f;

    /// <param name="key">HeadDimension floats.</param>
    /// <param name="value">HeadDimension floats; where values are not kept, room for Stride of them.</param>
    /// <param name="keys">Keys of the head.</param>
    /// <param name="values">Values of the head.</param>
    /// <param name="position">Position of the token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* key, float* value, byte* keys, byte* values, int position)
    {
        float* keyBlock = (float*)keys + (nint)(position / BlockKeys) * (BlockKeys * (KeyScales + RowWords));
        float* valueBlock = (float*)values + (nint)(position / BlockKeys) * (BlockKeys * (1 + RowWords));
        int slot = position % BlockKeys;

        // The largest elements of each word, then the key's words, pass through the place of the value's words, which are written last.
        int* row = HasValue ? (int*)valueBlock + BlockKeys + slot * RowWords : (int*)value;
        int* column = (int*)keyBlock + BlockKeys * KeyScales + slot;
        Measure(key, row);
        for (int group = 0; group < KeyScales; group++)
        {
            int bits = 0;
            for (int i = group * GroupWords; i < (group + 1) * GroupWords; i++)
            {
                bits = Math.Max(bits, row[i]);
            }

            float inverse = Scale(bits, keyBlock + group * BlockKeys + slot);
            for (int i = group * GroupWords; i < (group + 1) * GroupWords; i++)
            {
                ((float*)row)[i] = inverse;
            }
        }

        Pack(key, row);
        for (int i = 0; i < RowWords; i++)
        {
            column[i * BlockKeys] = row[i];
        }

        if (!HasValue)
        {
            return;
        }

        Measure(value, row);
        int largest = 0;
        for (int i = 0; i < RowWords; i++)
        {
            largest = Math.Max(largest, row[i]);
        }

        float factor = Scale(largest, valueBlock + slot);
        for (int i = 0; i < RowWords; i++)
        {
            ((float*)row)[i] = factor;
        }

        Pack(value, row);
    }

    /// <summary>The largest |x| of each word's elements, as bits: floats ≥ 0 are ordered as integers, NaN last.</summary>
    private static void Measure(float* x, int* row)
    {
        if (HeadDimension == Stride)
        {
            for (int i = 0; i < RowWords; i += Vector512<float>.Count)
            {
                Vector512<int> first = Vector512.Abs(Vector512.Load(x + i)).AsInt32();
                Vector512<int> second = Vector512.Abs(Vector512.Load(x + RowWords + i)).AsInt32();
                Vector512<int> third = Vector512.Abs(Vector512.Load(x + 2 * RowWords + i)).AsInt32();
                Vector512<int> fourth = Vector512.Abs(Vector512.Load(x + 3 * RowWords + i)).AsInt32();
                Vector512.Max(Vector512.Max(first, second), Vector512.Max(third, fourth)).Store(row + i);
            }
        }
        else
        {
            for (int i = 0; i < RowWords; i++)
            {
                row[i] = 0;
                for (int d = i; d < HeadDimension; d += RowWords)
                {
                    row[i] = Math.Max(row[i], BitConverter.SingleToInt32Bits(Math.Abs(x[d])));
                }
            }
        }
    }

    /// <summary>
    /// Stores the scale of elements of which the largest is given and returns its inverse. Words of NaN are anything; the scale is NaN
    /// then, so that it is seen.
    /// </summary>
    private static float Scale(int bits, float* scale)
    {
        float maximum = BitConverter.Int32BitsToSingle(bits);
        *scale = maximum < SmallestMaximum ? 0f : maximum / (Largest * 16777216f);
        return maximum < SmallestMaximum ? 0f : Largest / maximum;
    }

    /// <summary>Replaces the inverse scale of each word by the word.</summary>
    private static void Pack(float* x, int* row)
    {
        if (HeadDimension == Stride)
        {
            for (int i = 0; i < RowWords; i += Vector512<float>.Count)
            {
                // From the lowest byte up: what lies below an element is its fraction.
                Vector512<float> inverse = Vector512.Load((float*)row + i);
                Vector512<int> word = Vector512<int>.Zero;
                word = Add(Vector512.Load(x + 3 * RowWords + i) * inverse, word, 0);
                word = Add(Vector512.Load(x + 2 * RowWords + i) * inverse, word, 8);
                word = Add(Vector512.Load(x + RowWords + i) * inverse, word, 16);
                word = Add(Vector512.Load(x + i) * inverse, word, 24);
                word.Store(row + i);
            }
        }
        else
        {
            for (int i = 0; i < RowWords; i++)
            {
                float inverse = ((float*)row)[i];
                int word = 0;
                for (int part = 3; part >= 0; part--)
                {
                    int d = part * RowWords + i;
                    float element = d < HeadDimension ? x[d] * inverse : 0f;
                    int shift = (3 - part) * 8;
                    int rounded = (int)MathF.Round(element - word * (1f / (1 << shift)));
                    word |= (rounded & 0xFF) << shift;
                }

                row[i] = word;
            }
        }
    }

    /// <summary>Puts an element above the bytes of a word that are there already, which are below 2^shift ≤ 2²⁴.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Add(Vector512<float> element, Vector512<int> word, int shift)
    {
        Vector512<float> fraction = Vector512.ConvertToSingle(word) * Vector512.Create(1f / (1 << shift));
        Vector512<int> rounded = Vector512.ConvertToInt32Native(Vector512.Round(element - fraction));
        return word | ((rounded & Vector512.Create(0xFF)) << shift);
    }
}
