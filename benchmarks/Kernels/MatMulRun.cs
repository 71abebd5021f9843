using System;
using System.Runtime.InteropServices;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Benchmarks;

/// <summary>The compiled kernel of a case with its weights and activations.</summary>
internal sealed unsafe class MatMulRun : IDisposable
{
    private readonly MatMulCase _case;
    private readonly nint _kernel;
    private readonly nint _stripBytes;
    private readonly byte* _weights;
    private readonly byte* _input;
    private readonly float* _output;

    public MatMulRun(MatMulCase c)
    {
        _case = c;
        _stripBytes = (nint)c.Format.StripBytes(c.Columns);
        var request = Requests.Of(
            "MatMul" + c.Format.Name,
            "MatMul",
            c.Width,
            ("Columns", c.Columns),
            ("InputStride", c.InputStride),
            ("PrefetchBytes", c.Tokens == 1 ? 2048 : 0)).Repeat('t', c.Tokens);
        _kernel = KernelLibrary.Compile(c.Width, [request]).Pointer("MatMul");

        nuint weightBytes = (nuint)(c.Strips * _stripBytes);
        _weights = Allocate(weightBytes);
        var random = new Random(1);
        Fill(random, new Span<byte>(_weights, (int)weightBytes));

        _input = Allocate((nuint)(c.Tokens * c.InputStride));
        _output = (float*)Allocate((nuint)(c.Tokens * c.Rows * sizeof(float)));
        Fill(random, new Span<byte>(_input, c.Tokens * c.InputStride));
    }

    public void Invoke()
    {
        var kernel = (delegate*<byte*, byte*, float*, nint, void>)_kernel;
        for (int strip = 0; strip < _case.Strips; strip++)
        {
            kernel(_weights + strip * _stripBytes, _input, _output + strip * TensorFormat.StripRows, _case.Rows);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_weights);
        NativeMemory.AlignedFree(_input);
        NativeMemory.AlignedFree(_output);
    }

    // Bytes below 64: floats and halves of them are small positive numbers.
    private static void Fill(Random random, Span<byte> bytes)
    {
        random.NextBytes(bytes);
        foreach (ref byte value in bytes)
        {
            value &= 63;
        }
    }

    // A product may prefetch behind its weights, which is harmless at any address.
    private static byte* Allocate(nuint bytes) => (byte*)NativeMemory.AlignedAlloc(bytes, 64);
}
