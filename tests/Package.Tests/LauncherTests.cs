using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>
/// The launcher of a program for several levels of x86-64, linked by the package's targets, with small programs in C in place of those that
/// NativeAOT compiles: what it starts, in which state, and what it says where it cannot.
/// </summary>
public sealed class LauncherTests(PackageFixture packages)
{
    private const int CannotStart = 126;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    // What a program finds at its start: variables with values and without, of a thread too, relocated addresses, what the kernel says.
    private const string Source = """
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/auxv.h>
        #include <unistd.h>

        static char zeros[3 << 20];
        static __thread int of_thread = 7;
        static int constructed;
        static int *address = &constructed;
        __attribute__((constructor)) static void construct(void) { constructed = 5; }

        int main(int count, char **arguments)
        {
            for (size_t i = 0; i < sizeof zeros; i++) { if (zeros[i] != 0) { return 1; } zeros[i] = 1; }
            char path[4096];
            ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
            path[length < 0 ? 0 : length] = 0;
            printf("level %d\n", LEVEL);
            for (int i = 1; i < count; i++) { printf("argument %s\n", arguments[i]); }
            printf("variable %s\n", getenv("SAMPLE") ? getenv("SAMPLE") : "");
            printf("file %s\n", path);
            printf("started as %s\n", (char *)getauxval(AT_EXECFN));
            printf("values %d %d %d\n", of_thread, *address, getauxval(AT_ENTRY) != 0);
            for (int descriptor = 0; descriptor < 64; descriptor++)
            {
                char name[64], opened[4096];
                snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
                ssize_t bytes = readlink(name, opened, sizeof opened - 1);
                opened[bytes < 0 ? 0 : bytes] = 0;
                if (strcmp(opened, path) == 0 || strstr(opened, "ld-linux")) { printf("left open %s\n", opened); }
            }

            return 40 + LEVEL;
        }
        """;

    /// <summary>The emulator has no AVX-512, whatever it is asked for.</summary>
    [Theory]
    [InlineData("clang", "Nehalem", 2)]
    [InlineData("clang", "Haswell", 3)]
    [InlineData("clang", "max", 3)]
    [InlineData("gcc", "Nehalem", 2)]
    [InlineData("gcc", "Haswell", 3)]
    public async Task StartsTheHighestLevelThatTheProcessorHas(string compiler, string processor, int level)
    {
        SkipWithout(compiler);
        SkipWithout(Emulator);
        string program = await LaunchAsync(compiler, "v4;v2;v3");
        (int exitCode, string text) = await RunAsync(Emulator, "-cpu", processor, program);
        text.ShouldContain($"level {level}\n");
        text.ShouldContain("values 7 5 1\n");
        exitCode.ShouldBe(40 + level);
    }

    [Theory]
    [InlineData("core2duo", "v2;v3", "x86-64-v2", "SSE4.1, SSE4.2, POPCNT")]
    [InlineData("Nehalem", "v4;v3", "x86-64-v3", "AVX, AVX2, FMA, F16C, BMI1, BMI2, LZCNT, MOVBE")]
    [InlineData("IvyBridge", "v3", "x86-64-v3", "AVX2, FMA, BMI1, BMI2, LZCNT, MOVBE")]
    [InlineData("Haswell", "v4", "x86-64-v4", "AVX512F, AVX512BW, AVX512CD, AVX512DQ, AVX512VL")]
    public async Task SaysWhatAProcessorBelowTheLowestLevelLacks(string processor, string levels, string lowest, string lacks)
    {
        SkipWithout("clang");
        SkipWithout(Emulator);
        string program = await LaunchAsync("clang", levels);
        (int exitCode, string text) = await RunAsync(Emulator, "-cpu", processor, program);
        string sentence = text.Split('\n').Single(line => line.Contains("needs a processor", StringComparison.Ordinal));
        sentence.ShouldStartWith($"{program}: this program needs a processor of level {lowest} or above, and this one lacks ");

        // qemu's IvyBridge has no F16C in some versions.
        sentence.Replace("F16C, ", "", StringComparison.Ordinal).ShouldEndWith(lacks.Replace("F16C, ", "", StringComparison.Ordinal) + ".");
        exitCode.ShouldBe(CannotStart);
    }

    /// <summary>The variable that chooses kernels chooses the program that has them; a wider one than the processor has is not started.</summary>
    [Theory]
    [InlineData("vector128", "v2;v3;v4", 2)]
    [InlineData("AVX2", "v2;v3;v4", 3)]
    [InlineData("avx512", "v2;v3;v4", 3)]
    [InlineData("avx513", "v2;v3;v4", 3)]
    [InlineData("", "v2;v3;v4", 3)]
    [InlineData("vector128", "v3", 3)]
    public async Task StartsNoWiderProgramThanIsAskedFor(string wanted, string levels, int level)
    {
        SkipWithout("clang");
        SkipWithout(Emulator);
        string program = await LaunchAsync("clang", levels);
        (int exitCode, string text) = await RunAsync(Emulator, "-cpu", "Haswell", "-E", "MODELGEN_ISA=" + wanted, program);
        text.ShouldContain($"level {level}\n");
        exitCode.ShouldBe(40 + level);
    }

    /// <summary>As if the kernel had started it: its arguments, environment and file, and nothing left open.</summary>
    [Theory]
    [InlineData("clang", "")]
    [InlineData("gcc", "")]
    [InlineData("gcc", "-no-pie")]
    [InlineData("gcc", "-static")]
    [InlineData("gcc", "-static-pie")]
    [InlineData("clang", "-Wl,-z,max-page-size=2097152")]
    public async Task TheProgramFindsItsProcessAsTheKernelMakesIt(string compiler, string options)
    {
        SkipWithout(compiler);
        string program = await LaunchAsync(compiler, "v2", options);
        string moved = Path.Combine(Path.GetDirectoryName(program)!, "another name");
        File.Move(program, moved, overwrite: true);
        string link = Path.Combine(Path.GetDirectoryName(program)!, "link");
        File.Delete(link);
        File.CreateSymbolicLink(link, moved);

        (int exitCode, string text) = await RunAsync(link, new Dictionary<string, string> { ["SAMPLE"] = "a value" }, "one", "", "two words");

        text.ShouldBe($"level 2\nargument one\nargument \nargument two words\nvariable a value\nfile {moved}\nstarted as {link}\nvalues 7 5 1\n");
        exitCode.ShouldBe(42);
    }

    [Fact]
    public async Task SaysThatItsFileWasCutOffOrDamaged()
    {
        SkipWithout("clang");
        string program = await LaunchAsync("clang", "v2");
        byte[] whole = await File.ReadAllBytesAsync(program, _cancellation);
        int elf = Enumerable.Range(1, whole.Length - 4).Single(at => at % 4096 == 0 && whole.AsSpan(at, 4).SequenceEqual("\u007fELF"u8));
        int end = elf + LengthOfProgram(whole.AsSpan(elf));
        foreach (int length in new[] { end - 1, (elf + end) / 2, elf })
        {
            await ChangeAsync(program, file => file.SetLength(length));
            (int exitCode, string text) = await RunAsync(program);
            text.ShouldBe($"{program}: the program's file was cut off; copy or publish it again.\n");
            exitCode.ShouldBe(CannotStart);
            await File.WriteAllBytesAsync(program, whole, _cancellation);
        }

        await ChangeAsync(program, file =>
        {
            file.Position = elf;
            file.WriteByte(0);
        });
        (int damagedCode, string damaged) = await RunAsync(program);
        damaged.ShouldBe($"{program}: the program's file is damaged; copy or publish it again.\n");
        damagedCode.ShouldBe(CannotStart);
    }

    [Fact]
    public async Task SaysThatItsFileCannotBeOpened()
    {
        SkipWithout("clang");
        SkipWithout("setpriv");
        Assert.SkipUnless(Environment.UserName == "root", "only root can start a program as a user who may not read it");
        string program = await LaunchAsync("clang", "v2");
        await RunAsync("chmod", "o+x", packages.Root, Path.GetFullPath(Path.Combine(program, "..", "..", "..")));
        await RunAsync("chmod", "111", program);
        (int exitCode, string text) = await RunAsync("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program);
        text.ShouldBe($"{program}: the program cannot open its own file: permission denied.\n");
        exitCode.ShouldBe(CannotStart);
    }

    /// <summary>No warning of a compiler reaches the user's build, and no pointer needs somebody who relocates it.</summary>
    [Theory]
    [InlineData("clang", "bfd")]
    [InlineData("clang", "lld")]
    [InlineData("gcc", "bfd")]
    public async Task CompilesWithoutWarningsAndRelocations(string compiler, string linker)
    {
        SkipWithout(compiler);
        SkipWithout("readelf");
        Assert.SkipUnless(linker == "bfd" || IsInstalled("ld." + linker), $"ld.{linker} is not installed");
        string program = await LaunchAsync(compiler, "v2", linker: linker);
        (_, string relocations) = await RunAsync("readelf", "-r", program);
        relocations.ShouldContain("There are no relocations");
        (int exitCode, string warnings) = await RunAsync(
            compiler, "-c", "-O2", "-Wall", "-Wextra", "-Werror", "-ffreestanding", "-fno-builtin", "-fPIE", "-o", program + ".o", Path.Combine(BuildFiles, "launcher", "launcher.c"));
        warnings.ShouldBeEmpty();
        exitCode.ShouldBe(0);
    }

    private static string BuildFiles => Path.Combine(RepositoryFiles.Root, "src", "Generator", "build");

    private static string Emulator => "qemu-x86_64-static";

    private static void SkipWithout(string command)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "programs for several levels are for Linux on x86-64");
        Assert.SkipUnless(IsInstalled(command), command + " is not installed");
    }

    private static bool IsInstalled(string command) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, command)));

    /// <summary>The table of its sections is the last thing in a linked program.</summary>
    private static int LengthOfProgram(ReadOnlySpan<byte> program)
    {
        const int OffsetOfTable = 40;
        const int BytesOfSection = 58;
        const int Sections = 60;
        return checked((int)BitConverter.ToInt64(program[OffsetOfTable..])) + BitConverter.ToInt16(program[BytesOfSection..]) * BitConverter.ToInt16(program[Sections..]);
    }

    /// <summary>Compiles a program a level and has the package's targets put them into one file, whose path this returns.</summary>
    private async Task<string> LaunchAsync(string compiler, string levels, string options = "", string linker = "bfd")
    {
        string folder = Directory.CreateDirectory(Path.Combine(packages.Root, "launcher " + Path.GetRandomFileName())).FullName;
        string source = Path.Combine(folder, "program.c");
        await File.WriteAllTextAsync(source, Source, _cancellation);
        string[] ascending = [.. levels.Split(';').Order(StringComparer.Ordinal)];
        foreach (string level in ascending)
        {
            // As publishing lays them: the highest level's is the project's own.
            string output = Directory.CreateDirectory(Path.Combine(folder, "bin", level == ascending[^1] ? "" : level)).FullName;
            (int exitCode, string text) = await RunAsync(
                compiler, ["-O1", "-DLEVEL=" + level[1..], source, "-o", Path.Combine(output, "Program"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            exitCode.ShouldBe(0, text);
        }

        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.proj"),
            $"""
            <Project>
              <PropertyGroup>
                <PublishAot>true</PublishAot>
                <OutputType>Exe</OutputType>
                <TargetFrameworkVersion>v10.0</TargetFrameworkVersion>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <ModelGenInstructionSets>{levels}</ModelGenInstructionSets>
                <CppLinker>{compiler}</CppLinker>
                <LinkerFlavor>{linker}</LinkerFlavor>
                <TargetName>Program</TargetName>
                <NativeOutputPath>bin/</NativeOutputPath>
                <NativeIntermediateOutputPath>obj/</NativeIntermediateOutputPath>
                <NativeBinary>bin/Program</NativeBinary>
              </PropertyGroup>
              <Target Name="Build" />
              <Target Name="ComputeResolvedFilesToPublishList" />
              <Target Name="LinkNative" DependsOnTargets="SetModelGenLevels" />
              <Import Project="{Path.Combine(BuildFiles, "ModelGen.targets")}" />
            </Project>
            """,
            _cancellation);
        string log = await DotnetCommand.RunAsync(
            folder, new Dictionary<string, string>(), _cancellation, "msbuild", "Program.proj", "-nologo", "-verbosity:minimal", "-target:LinkNative");
        log.ShouldNotContain("warning");
        return Path.Combine(folder, "obj", "launcher", "Program");
    }

    private static async Task ChangeAsync(string path, Action<FileStream> change)
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        change(file);
    }

    private Task<(int ExitCode, string Text)> RunAsync(string program, params IEnumerable<string> arguments) =>
        RunAsync(program, new Dictionary<string, string>(), arguments);

    private Task<(int ExitCode, string Text)> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments) =>
        DotnetCommand.StartAsync(program, packages.Root, environment, _cancellation, arguments);
}
