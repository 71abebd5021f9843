using System;
using ModelGen.Formats;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.MatMul;

/// <summary>The K-files as they stand, compiled with the tests: what a debugger steps through is what the generator specialises.</summary>
public sealed unsafe class SampleShapeTests
{
    [Fact]
    public void TheSampleGivesTheBitsOfTheSpecialisedKernel()
    {
        Level level = Levels.Require("Avx512");
        TensorFormat format = TensorFormat.Find(2)!;
        MatMulShape shape = new(256, Tokens: 1, Accumulate: false);
        KernelLibrary library = MatMulKernels.Compile(format, level, mostTokens: 1, [shape]);
        using var input = new MatMulInput(format, 256, 1, WeightKind.Usual, new Random(1));
        using GuardedBuffer sample = GuardedBuffer.OfFloats(TensorFormat.StripRows);
        using GuardedBuffer specialised = GuardedBuffer.OfFloats(TensorFormat.StripRows);
        MatMulQ4_0.Run(input.Strip.Bytes, input.Input.Bytes, sample.Floats, 16);
        var kernel = (delegate*<byte*, byte*, float*, nint, void>)library.ProductPointer("MatMulQ4_0", shape.Of(format));
        kernel(input.Strip.Bytes, input.Input.Bytes, specialised.Floats, 16);
        for (int row = 0; row < TensorFormat.StripRows; row++)
        {
            ErrorBound.Same(specialised.Floats[row], sample.Floats[row], "row {0}", row);
        }
    }
}
