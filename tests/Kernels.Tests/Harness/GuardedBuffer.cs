using System;
using System.Runtime.InteropServices;
using Shouldly;

namespace ModelGen.Kernels.Harness;

/// <summary>
/// Native memory between two guards of 0xFF bytes. What writes outside changes a guard; what reads floats outside gets NaN, which no
/// error bound lets pass.
/// </summary>
internal sealed unsafe class GuardedBuffer : IDisposable
{
    private const int GuardBytes = 256;
    private const byte Guard = 0xFF;

    private readonly byte* _memory;
    private readonly int _bytes;

    public GuardedBuffer(int bytes)
    {
        _bytes = bytes;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + 2 * GuardBytes), 64);
        new Span<byte>(_memory, bytes + 2 * GuardBytes).Fill(Guard);
    }

    public static GuardedBuffer OfFloats(int count) => new(count * sizeof(float));

    public static GuardedBuffer OfFloats(ReadOnlySpan<float> values)
    {
        GuardedBuffer buffer = OfFloats(values.Length);
        values.CopyTo(buffer.FloatSpan);
        return buffer;
    }

    public byte* Bytes => _memory + GuardBytes;

    public float* Floats => (float*)Bytes;

    public Span<byte> ByteSpan => new(Bytes, _bytes);

    public Span<float> FloatSpan => new(Bytes, _bytes / sizeof(float));

    /// <summary>Fails where something was written outside.</summary>
    public void ShouldBeIntact()
    {
        new ReadOnlySpan<byte>(_memory, GuardBytes).IndexOfAnyExcept(Guard).ShouldBe(-1, "written before the buffer");
        new ReadOnlySpan<byte>(Bytes + _bytes, GuardBytes).IndexOfAnyExcept(Guard).ShouldBe(-1, "written behind the buffer");
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
