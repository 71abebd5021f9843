using System;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ModelGen.CompilerServices;
using ModelGen.EndToEnd.Tests.Architectures;
using ModelGen.EndToEnd.Tests.Embeddings;
using ModelGen.EndToEnd.Tests.Golden;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Processors;

/// <summary>
/// A process chooses its instruction set once, so each is tested in a process of its own: this very assembly, with MODELGEN_ISA set and
/// the wider sets turned off in the runtime, so that none of their instructions is compiled.
/// </summary>
public sealed class InstructionSetTests
{
    /// <summary>Trait of the tests that run under each instruction set.</summary>
    public const string Trait = "InstructionSet";

    /// <summary>The value of <see cref="Trait"/> for them.</summary>
    public const string Each = "Each";

    // What is not skipped on a fresh clone: 3 of the demo model's truths, 6 of the other models' in the repository, 11 references, 7 splits,
    // 3 of concurrency, 4 of generated text, 127 recorded answers of decoders, 20 of encoders, 30 encoders in formats, 28 of their texts beside each
    // other, and the look at the set itself.
    private const int FewestTests = 240;

    private const string Expectation = "MODELGEN_TEST_EXPECTS";

    private static readonly string? Expected = Environment.GetEnvironmentVariable(Expectation);

    [Theory]
    [InlineData("avx512", "")]
    [InlineData("avx2", "DOTNET_EnableAVX512")]
    [InlineData("vector128", "DOTNET_EnableAVX2")]
    public void ModelsAnswerTheSameUnderEach(string name, string knob)
    {
        Assert.SkipUnless(Expected is null, "This is a child process.");
        InstructionSet wanted = Enum.Parse<InstructionSet>(name, ignoreCase: true);
        Assert.SkipUnless(IsSupported(wanted), $"This processor does not run {name}.");
        CompileAll();
        TestRun run = Run(["-trait", $"{Trait}={Each}"], name, wanted.ToString(), knob);
        run.Passed.ShouldBeTrue(run.Output);
        run.Ran.ShouldBeGreaterThanOrEqualTo(FewestTests, run.Output);
    }

    [Fact]
    public void ASetThatTheProcessLacksIsOneClearError()
    {
        Assert.SkipUnless(Expected is null, "This is a child process.");
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "Only x64 has instruction sets to turn off.");
        RunLoading("avx512", "asks for Avx512", "DOTNET_EnableAVX512");
        RunLoading("avx2", "asks for Avx2", "DOTNET_EnableAVX2");
    }

    [Fact]
    public void AMisspeltSetIsOneClearError()
    {
        Assert.SkipUnless(Expected is null, "This is a child process.");
        RunLoading("avx3", "it must be avx512, avx2 or vector128 (x86-64), advsimddp or advsimd (ARM64)", "");
    }

    [Fact]
    [Trait(Trait, Each)]
    public void TheProcessUsesTheSetItWasToldToAndHasNoWiderOne()
    {
        Assert.SkipWhen(Expected is null, "Only child processes are told.");
        InstructionSets.Current.ToString().ShouldBe(Expected);
        using CompiledDecoder model = ModelCompiler.Compile(TinyModels.LongFloat).Load();
        model.Info.InstructionSet.ShouldBe(InstructionSets.Current);
        Avx512F.IsSupported.ShouldBe(Expected == nameof(InstructionSet.Avx512));
        Avx2.IsSupported.ShouldBe(Expected != nameof(InstructionSet.Vector128));
    }

    [Fact]
    public void LoadingFailsWithTheErrorThatTheParentExpects()
    {
        Assert.SkipWhen(Expected is null, "Only child processes are told.");
        Should.Throw<ModelGenException>(() => ModelCompiler.Compile(TinyModels.LongFloat).Load()).Message.ShouldContain(Expected!);
    }

    private static void RunLoading(string name, string expected, string knob)
    {
        ModelCompiler.Compile(TinyModels.LongFloat);
        string method = $"{typeof(InstructionSetTests).FullName}.{nameof(LoadingFailsWithTheErrorThatTheParentExpects)}";
        TestRun run = Run(["-method", method], name, expected, knob);
        run.Passed.ShouldBeTrue(run.Output);
        run.Ran.ShouldBe(1, run.Output);
    }

    private static TestRun Run(string[] tests, string name, string expected, string knob) => TestProcess.Run(
        typeof(InstructionSetTests).Assembly,
        tests,
        [
            (InstructionSets.VariableName, name),
            (Expectation, expected),
            (ModelCompiler.FolderVariable, ModelCompiler.Folder),
            .. knob.Length > 0 ? new[] { (knob, "0") } : [],
        ]);

    // So that no child has to.
    private static void CompileAll()
    {
        foreach (TruthModel model in TruthModel.Present)
        {
            model.Compile();
            model.Compile(KeyValueFormat.Float32);
        }

        foreach (TinyModel model in TinyModels.All)
        {
            ModelCompiler.Compile(model);
            ModelCompiler.Compile(model, KeyValueFormat.Float32);
        }

        foreach (GoldenModel model in GoldenModel.All.Concat(GoldenModel.EncodersOfOneFormat).Concat(TermsModel.All))
        {
            model.Compile();
        }

        foreach (string format in MiniLm.IsHere ? MiniLm.Formats : [])
        {
            MiniLm.Compile(format);
        }

        foreach (string preset in LlamaCpp.IsHere ? ArchitectureModels.Presets : [])
        {
            ArchitectureModels.Compile(preset);
        }
    }

    private static bool IsSupported(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => true,
    };
}
