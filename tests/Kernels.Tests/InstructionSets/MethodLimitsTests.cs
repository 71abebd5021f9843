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
            foreach ((TensorFormat format, bool hasDot) in TensorFormat.All.SelectMany(format => new[] { (format, false), (format, true) }))
            {
                MatMulShape shape = new(1024, KernelFile.Get("MatMul" + format.Name).Tile('t', width), Accumulate: true);
                Check(width, format.Name, MatMulKernels.Compile(format, new Level(width, hasDot), shape.Tokens, [shape]).ProductMethod("MatMul" + format.Name, shape.Of(format)));
            }

            KernelRequest[] requests =
            [
                .. AttentionShape.All.Where(shape => shape.HeadDimension == 128).SelectMany(shape => shape.Plan().Plans.Values.Select(
                    plan => Renamed(plan.Request(width), $"{plan.Name}_{shape.Format}_{shape.GroupSize}"))),
            ];
            KernelLibrary library = KernelLibrary.Compile(width, requests);
            foreach (KernelRequest request in requests)
            {
                Check(width, request.Name, library.Method(request.Name));
            }
        }
    }

    private static void Check(VectorWidth width, string name, MethodInfo method)
    {
        int bytes = method.GetMethodBody()!.GetILAsByteArray()!.Length;
        int locals = method.GetMethodBody()!.LocalVariables.Count;
        string figures = $"{name}, {width.Name}: {bytes} bytes of IL and {locals} locals";
        bytes.ShouldBeLessThan(ILBytes, figures);
        locals.ShouldBeLessThan(Locals, figures);
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
    }

    private static KernelRequest Renamed(KernelRequest request, string name) =>
        new(request.KernelFile, name, request.Width, request.Constants, request.Repeats);
}
