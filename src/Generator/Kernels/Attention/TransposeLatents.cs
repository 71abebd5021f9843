using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace ModelGen.Kernels;

/// <summary>
/// V[key][d] = scale[group][key] · K[d][key], d &lt; LatentLength: a block of 64 values that are the first elements of its keys, as a latent
/// attention keeps them (DeepSeek-AI 2024), in the order in which values are summed up. Elements behind them are zeros.
/// </summary>
internal static unsafe class TransposeLatents
{
    private const int LatentLength = 64;        // elements of a value; a multiple of 4
    private const int ValueStride = 64;         // the same, rounded up to 32
    private const int Parts = 1;                // element i of part p of a key is its row Parts · i + p
    private const int PartElements = 64;        // elements of a part; a multiple of 4
    private const int ScaleGroups = 0;          // groups of a key's rows that have a scale each; 0: no scales
    private const int GroupElements = 64;       // rows of a group
    private const int BlockKeys = 64;

    /// <param name="block">ScaleGroups rows of 64 scales, then a row of 64 floats an element.</param>
    /// <param name="count">Keys that are looked at; those of whole fours are written.</param>
    /// <param name="values">Receives 64 rows of ValueStride floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* block, int count, float* values)
    {
        // Four elements at a time, which are of one part and share a scale.
        for (int d = 0; d < ValueStride; d += 4)
        {
            int row = d % PartElements * Parts + d / PartElements;
            float* scale = block + row / GroupElements * BlockKeys;
            float* element = block + (ScaleGroups + row) * BlockKeys;
            for (int key = 0; key < count; key += Vector128<float>.Count)
            {
                Vector128<float> first = Value(element + key, scale + key, d);
                Vector128<float> second = Value(element + Parts * BlockKeys + key, scale + key, d);
                Vector128<float> third = Value(element + 2 * Parts * BlockKeys + key, scale + key, d);
                Vector128<float> fourth = Value(element + 3 * Parts * BlockKeys + key, scale + key, d);
                Store(first, second, third, fourth, values + key * ValueStride + d);
            }
        }
    }

    /// <summary>An element of four keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Value(float* element, float* scale, int d)
    {
        if (d >= LatentLength)
        {
            return Vector128<float>.Zero;
        }

        return ScaleGroups > 0 ? Vector128.Load(element) * Vector128.Load(scale) : Vector128.Load(element);
    }

    /// <summary>Stores four elements of each of four keys behind each other; more at a time would be stored in such quarters too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector128<float> first, Vector128<float> second, Vector128<float> third, Vector128<float> fourth, float* rows)
    {
        Vector128<float> lower, upper, otherLower, otherUpper;
        if (AdvSimd.Arm64.IsSupported)
        {
            lower = AdvSimd.Arm64.ZipLow(first, second);
            upper = AdvSimd.Arm64.ZipHigh(first, second);
            otherLower = AdvSimd.Arm64.ZipLow(third, fourth);
            otherUpper = AdvSimd.Arm64.ZipHigh(third, fourth);
        }
        else if (Sse.IsSupported)
        {
            lower = Sse.UnpackLow(first, second);
            upper = Sse.UnpackHigh(first, second);
            otherLower = Sse.UnpackLow(third, fourth);
            otherUpper = Sse.UnpackHigh(third, fourth);
        }
        else
        {
            lower = Vector128.Create(first.ToScalar(), second.ToScalar(), first.GetElement(1), second.GetElement(1));
            upper = Vector128.Create(first.GetElement(2), second.GetElement(2), first.GetElement(3), second.GetElement(3));
            otherLower = Vector128.Create(third.ToScalar(), fourth.ToScalar(), third.GetElement(1), fourth.GetElement(1));
            otherUpper = Vector128.Create(third.GetElement(2), fourth.GetElement(2), third.GetElement(3), fourth.GetElement(3));
        }

        Vector128.Create(lower.GetLower(), otherLower.GetLower()).Store(rows);
        Vector128.Create(lower.GetUpper(), otherLower.GetUpper()).Store(rows + ValueStride);
        Vector128.Create(upper.GetLower(), otherUpper.GetLower()).Store(rows + 2 * ValueStride);
        Vector128.Create(upper.GetUpper(), otherUpper.GetUpper()).Store(rows + 3 * ValueStride);
    }
}
