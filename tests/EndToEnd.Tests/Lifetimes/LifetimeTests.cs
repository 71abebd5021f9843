using System;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Lifetimes;

/// <summary>
/// Whatever a program keeps, drops, disposes and in which order or on which threads: no call of it reaches memory that was freed. The tests run
/// in child processes, so that one that does fails here, with what the child printed, and ends no other test.
/// </summary>
public sealed class LifetimeTests
{
    /// <summary>Tells a child process that it is one.</summary>
    public const string ChildVariable = "MODELGEN_TEST_LIFETIMES";

    [Theory]
    [InlineData(typeof(OutlivingTests), 10)]
    [InlineData(typeof(FinalizerTests), 4)]
    [InlineData(typeof(RaceTests), 7)]
    public void NothingReachesFreedMemory(Type tests, int count)
    {
        Lifetime.Compile();
        TestRun run = TestProcess.Run(
            tests.Assembly,
            ["-class", tests.FullName!],
            (ChildVariable, "1"),
            (ModelCompiler.FolderVariable, ModelCompiler.Folder),

            // Optimised from the first call on: in code that is not, whatever a method has held is alive until it returns.
            ("DOTNET_TieredCompilation", "0"),

            // A collection every 256 KB.
            ("DOTNET_GCgen0size", "40000"),

            // glibc fills what is freed, and gives blocks of 64 KB and more back to the system, so that reading either is noticed.
            ("MALLOC_PERTURB_", "165"),
            ("MALLOC_MMAP_THRESHOLD_", "65536"));
        run.Passed.ShouldBeTrue(run.Output);
        run.Ran.ShouldBe(count, run.Output);
    }
}
