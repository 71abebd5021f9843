using System;
using System.Runtime.InteropServices;
using ModelGen.Formats;
using ModelGen.Generator.Plan;
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
        var arguments = new ProductArguments(c.Columns, c.InputStride, Accumulate: false, c.Tokens, ProductRows.PrefetchBytesOf(c.Tokens));
        string kernelFile = "MatMul" + c.Format.Name;
        _kernel = KernelLibrary.CompileProduct(new Level(c.Width, HasDot: false), kernelFile, c.Tokens, [arguments]).ProductPointer(kernelFile, arguments);

        nuint weightBytes = (nuint)(c.Strips * _stripBytes);
        _weights = Allocate(weightBytes);
        var random = new Random(1);
        FillWeights(random, (int)weightBytes);

        _input = Allocate((nuint)(c.Tokens * c.InputStride));
        _output = (float*)Allocate((nuint)(c.Tokens * c.Rows * sizeof(float)));
        for (int token = 0; token < c.Tokens; token++)
        {
            FillInput(random, _input + token * c.InputStride);
        }
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

    // Values of the size that real ones have: products of random bits would be subnormal floats, which some processors take a hundred times
    // as long for.
    private void FillWeights(Random random, int length)
    {
        switch (_case.Format)
        {
            case F32Format:
                FillFloats(random, new Span<float>(_weights, length / sizeof(float)));
                break;
            case F16Format:
                foreach (ref Half value in new Span<Half>(_weights, length / sizeof(ushort)))
                {
                    value = (Half)(random.NextSingle() - 0.5f);
                }

                break;
            default:
                // Any two bytes are a half or a bfloat16, and any byte a power of two, of moderate size.
                var bytes = new Span<byte>(_weights, length);
                random.NextBytes(bytes);
                foreach (ref byte value in bytes)
                {
                    value = (byte)((value & 0x9F) | 0x20);
                }

                break;
        }
    }

    private void FillInput(Random random, byte* row)
    {
        int columns = _case.Columns;
        if (_case.Format.Activation == ActivationFormat.Float32)
        {
            FillFloats(random, new Span<float>(row, columns));
            return;
        }

        ActivationFormat format = _case.Format.Activation;
        int scales = QuantizedRow.ScalesOffset(format, columns);
        if (format == ActivationFormat.Int8Blocks)
        {
            random.NextBytes(new Span<byte>(row, scales));
        }
        else
        {
            foreach (ref short value in new Span<short>(row, columns))
            {
                value = (short)random.Next(-127, 128);
            }
        }

        new Span<float>(row + scales, (QuantizedRow.Length(format, columns) - scales) / sizeof(float)).Fill(0.01f);
    }

    private static void FillFloats(Random random, Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = random.NextSingle() - 0.5f;
        }
    }

    // A product may prefetch behind its weights, which is harmless at any address.
    private static byte* Allocate(nuint bytes) => (byte*)NativeMemory.AlignedAlloc(bytes, 64);
}
