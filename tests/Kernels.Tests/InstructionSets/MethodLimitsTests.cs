using System.Linq;
using System.Reflection;
using ModelGen.Formats;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using ModelGen.Kernels.Tests.Attention;
using ModelGen.Kernels.Tests.MatMul;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.InstructionSets;

/// <summary>The largest kernels stay far below where the JIT stops optimising a method.</summary>
[Trait(Widths.IndependentTrait, "true")]
public sealed class MethodLimitsTests
{
    // The runtime's own limits: past either of them a method is compiled without optimisation.
    private const int JitILBytes = 60_000;
    private const int JitLocals = 2_000;

    // Ours: a quarter of them, so that inlined helpers have room.
    private const int ILBytes = JitILBytes / 4;
    private const int Locals = JitLocals / 4;

    [Fact]
    public void TheLargestTilesAreFarBelowTheLimits()
    {
        foreach (VectorWidth width in VectorWidth.All)
        {
            KernelRequest[] requests =
            [
                .. TensorFormat.All.Select(format => Renamed(
                    MatMulKernels.Request(format, width, new MatMulShape(1024, TokensOf(format, width), Accumulate: true), prefetchBytes: 2048),
                    "MatMul" + format.Name)),
                .. AttentionShape.All.Where(shape => shape.HeadDimension == 128).SelectMany(shape => shape.Plan().Plans.Values.Select(
                    plan => Renamed(plan.Request(width), $"{plan.Name}_{shape.Format}_{shape.GroupSize}"))),
            ];
            KernelLibrary library = KernelLibrary.Compile(width, requests);
            foreach (KernelRequest request in requests)
            {
                MethodInfo method = library.Method(request.Name);
                int bytes = method.GetMethodBody()!.GetILAsByteArray()!.Length;
                int locals = method.GetMethodBody()!.LocalVariables.Count;
                string figures = $"{request.Name}, {width.Name}: {bytes} bytes of IL and {locals} locals";
                bytes.ShouldBeLessThan(ILBytes, figures);
                locals.ShouldBeLessThan(Locals, figures);
                TestContext.Current.TestOutputHelper!.WriteLine(figures);
            }
        }
    }

    /// <summary>The tile that a plan asks for.</summary>
    private static int TokensOf(TensorFormat format, VectorWidth width) => KernelFile.Get("MatMul" + format.Name).Tile('t', width);

    private static KernelRequest Renamed(KernelRequest request, string name) =>
        new(request.KernelFile, name, request.Width, request.Constants, request.Repeats);
}
