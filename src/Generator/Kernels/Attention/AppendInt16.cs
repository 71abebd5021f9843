using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Puts the key and the value of one position into the cache of one key/value head, as 16-bit integers with one scale for the key and one
/// for the value. Blocks of 64 positions: keys [64 scales][Stride / 2 words][64], values [64 scales][64][Stride / 2 words]. Word i of a
/// row has element i in its upper and element Stride / 2 + i in its lower half. The whole word read as one number is the upper element
/// (in units of 2¹⁶) with the lower one as a fraction; the upper element is rounded so that the two together are as near as can be, and
/// a reader needs to mask nothing: the elements are float(word) · scale and float(word &lt;&lt; 16) · scale.
/// </summary>
internal static unsafe class AppendInt16
{
    private const int HeadDimension = 64;
    private const int Stride = 64;              // HeadDimension rounded up to 32
    private const int BlockKeys = 64;
    private const bool HasValue = true;         // else values are not kept
    private const int RowWords = Stride / 2;
    private const int BlockWords = BlockKeys * (1 + RowWords);
    private const float Largest = 32767f;

    // 2¹⁶ · 32767 · 2⁻¹²⁶, rounded up: below it the scale would be a subnormal float. Such a row counts as zero.
    private const float SmallestMaximum = 2.53E-29f;

    /// <param name="key">HeadDimension floats.</param>
    /// <param name="value">HeadDimension floats; where values are not kept, room for Stride of them.</param>
    /// <param name="keys">Keys of the head.</param>
    /// <param name="values">Values of the head.</param>
    /// <param name="position">Position of the token.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* key, float* value, byte* keys, byte* values, int position)
    {
        float* keyBlock = (float*)keys + (nint)(position / BlockKeys) * BlockWords;
        float* valueBlock = (float*)values + (nint)(position / BlockKeys) * BlockWords;
        int slot = position % BlockKeys;

        // The key's words pass through the place of the value's, which are written after them.
        int* row = HasValue ? (int*)valueBlock + BlockKeys + slot * RowWords : (int*)value;
        keyBlock[slot] = Pack(key, row);
        int* column = (int*)keyBlock + BlockKeys + slot;
        for (int i = 0; i < RowWords; i++)
        {
            column[i * BlockKeys] = row[i];
        }

        if (HasValue)
        {
            valueBlock[slot] = Pack(value, row);
        }
    }

    /// <summary>Writes the words of a row and returns its scale.</summary>
    private static float Pack(float* x, int* words)
    {
        // Floats ≥ 0 are ordered as integers, NaN last.
        Vector512<int> largest = Vector512<int>.Zero;
        for (int d = 0; d < HeadDimension / Vector512<float>.Count * Vector512<float>.Count; d += Vector512<float>.Count)
        {
            largest = Vector512.Max(largest, Vector512.Abs(Vector512.Load(x + d)).AsInt32());
        }

        int bits = Simd512.LargestLane(largest);
        for (int d = HeadDimension / Vector512<float>.Count * Vector512<float>.Count; d < HeadDimension; d++)
        {
            bits = Math.Max(bits, BitConverter.SingleToInt32Bits(Math.Abs(x[d])));
        }

        float maximum = BitConverter.Int32BitsToSingle(bits);
        float inverse = maximum < SmallestMaximum ? 0f : Largest / maximum;
        if (HeadDimension == Stride)
        {
            Vector512<float> factor = Vector512.Create(inverse);
            for (int i = 0; i < RowWords; i += Vector512<float>.Count)
            {
                Vector512<float> upper = Vector512.Load(x + i) * factor;
                Vector512<float> lower = Vector512.Load(x + RowWords + i) * factor;
                Vector512<int> low = Vector512.ConvertToInt32Native(Vector512.Round(lower)) & Vector512.Create(0xFFFF);
                Vector512<float> fraction = Vector512.ConvertToSingle(low) * Vector512.Create(1f / 65536f);
                Vector512<int> high = Vector512.ConvertToInt32Native(Vector512.Round(upper - fraction));
                ((high << 16) | low).Store(words + i);
            }
        }
        else
        {
            for (int i = 0; i < RowWords; i++)
            {
                float lower = RowWords + i < HeadDimension ? x[RowWords + i] * inverse : 0f;
                int low = (int)MathF.Round(lower) & 0xFFFF;
                float upper = i < HeadDimension ? x[i] * inverse : 0f;
                int high = (int)MathF.Round(upper - low * (1f / 65536f));
                words[i] = (high << 16) | low;
            }
        }

        // Words of NaN are anything; the scale is NaN then, so that it is seen.
        return maximum < SmallestMaximum ? 0f : maximum / (Largest * 65536f);
    }
}
