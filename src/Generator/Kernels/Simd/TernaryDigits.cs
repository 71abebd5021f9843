using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Five ternary digits in a byte, as TQ1_0 stores them: the byte is a fraction of 256 whose digits after the point, to base 3, are the
/// numbers.
/// </summary>
internal static unsafe class TernaryDigits
{
    /// <summary>3ⁿ, which moves digit n behind the point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Power(int n) => unchecked((short)(n == 0 ? 1 : n == 1 ? 3 : n == 2 ? 9 : n == 3 ? 27 : 81));

    /// <summary>A digit of each byte, 0 to 2: floor(3 · (b · power mod 256) / 256), even and odd bytes as words of their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Digit(byte* bytes, short power)
    {
        Vector512<short> words = Vector512.Load((short*)bytes);
        Vector512<short> lowByte = Vector512.Create((short)0x00FF);
        Vector512<short> even = ((words & lowByte) * Vector512.Create(power)) & lowByte;
        Vector512<short> odd = ((words >>> 8) * Vector512.Create(power)) & lowByte;
        even = (even * Vector512.Create((short)3)) >>> 8;
        odd = (odd * Vector512.Create((short)3)) & Vector512.Create(unchecked((short)0xFF00));
        return (even | odd).AsByte();
    }
}
