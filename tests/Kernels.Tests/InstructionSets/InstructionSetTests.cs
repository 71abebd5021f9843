using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ModelGen.Kernels.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.InstructionSets;

/// <summary>
/// The tests of the narrower widths on a processor that has no wider one: with the wider sets turned off the JIT compiles the same kernels
/// to other instructions.
/// </summary>
public sealed class InstructionSetTests
{
    [Theory]
    [InlineData("Avx2", "DOTNET_EnableAVX512")]
    [InlineData("Vector128", "DOTNET_EnableAVX2")]
    public void KernelsPassOnProcessorsWithoutWiderSets(string widthName, string knob)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only x64 has instruction sets to turn off.");
        Assert.SkipUnless(Widths.Only == null, "This is the child process.");
        Assert.SkipUnless(widthName != "Avx2" || Avx2.IsSupported, "This processor does not run Avx2.");

        TestRun run = TestProcess.Run(
            typeof(InstructionSetTests).Assembly,
            ["-trait-", Widths.IndependentTrait + "=true"],
            (Widths.OnlyVariable, widthName),
            (knob, "0"));

        // At least the fifteen tests that run once a width, and the one below that looks at the processor.
        run.Passed.ShouldBeTrue(run.Output);
        run.Ran.ShouldBeGreaterThanOrEqualTo(16, run.Output);
    }

    [Fact]
    public void TheChildProcessLacksTheWiderSets()
    {
        Assert.SkipWhen(Widths.Only == null, "Only the child processes of the test above have sets turned off.");
        Avx512F.IsSupported.ShouldBeFalse();
        Avx2.IsSupported.ShouldBe(Widths.Only == "Avx2");
    }
}
