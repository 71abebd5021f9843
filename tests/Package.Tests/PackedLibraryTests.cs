using System;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>The weights of a library's model travel through NuGet to the programs that use it.</summary>
public sealed class PackedLibraryTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    private static readonly string[] Libraries = [.. new[] { "net10.0", "net9.0", "netstandard2.0" }.Select(framework => $"lib/{framework}/Library.dll")];

    private static readonly string[] WithWeights =
    [
        $"buildTransitive/{PackedLibrary.Id}.targets",
        .. Libraries,
        "weights/stories.weights",
        "weights/weights.targets",
    ];

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task ThePackageHasTheWeightsOnceAndWithoutThemWhereThatIsAskedFor()
    {
        Files(library.Packages.MadePackages, PackedLibrary.Id).ShouldBe(WithWeights);
        library.Log.ShouldNotContain("MGEN");

        // What uses the library has none of its own to carry.
        Files(library.Packages.MadePackages, PackedLibrary.UserId).ShouldBe(["lib/net9.0/User.dll"]);

        string again = Path.Combine(library.Packages.Root, "again");
        await PackAsync(again);
        Files(again, PackedLibrary.Id).ShouldBe(WithWeights);

        // The same package made before is not taken for the one without.
        string log = await PackAsync(again, "-p:ModelGenPackWeights=false");
        log.ShouldContain(PackedLibrary.Id + ": the package has no weights (ModelGenPackWeights is false): stories.weights. A program that uses it gives Load the path of such a file.");
        Files(again, PackedLibrary.Id).ShouldBe(Libraries);
    }

    /// <summary>The program references a package that references the library: in its output, and beside what it publishes as a single file.</summary>
    [Fact]
    public async Task ReachesAProgramThroughAnotherPackage()
    {
        string program = await library.WriteProgramAsync("SingleFile", "net10.0");
        string published = Path.Combine(program, "published");
        await DotnetCommand.RunAsync(
            program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published, "--use-current-runtime", "--no-self-contained", "-p:PublishSingleFile=true");

        Directory.GetFiles(Path.Combine(program, "bin"), "stories.weights", SearchOption.AllDirectories).Length.ShouldBe(1);
        File.Exists(Path.Combine(published, "stories.weights")).ShouldBeTrue();
        File.Exists(Path.Combine(published, "Library.dll")).ShouldBeFalse();
        (await DotnetCommand.RunProgramAsync(ExecutableOf(published, "SingleFile"), _cancellation)).ShouldContain(PackedLibrary.Story);
    }

    /// <summary>A native program for .NET 9: the repository's samples are published for .NET 10.</summary>
    [Fact]
    public async Task ReachesANativeProgram()
    {
        Assert.SkipUnless(HasLinker(), "NativeAOT links with clang or gcc and zlib, which are not installed.");
        string program = await library.WriteProgramAsync(
            "Native",
            "net9.0",
            // Compiled against the framework in the compiler's own package, so that no further package is needed.
            "<PublishAot>true</PublishAot><PublishAotUsingRuntimePack>false</PublishAotUsingRuntimePack><TrimmerSingleWarn>false</TrimmerSingleWarn>");
        string published = Path.Combine(program, "published");

        string log = await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published);

        log.ShouldContain("IlcInstructionSet=x86-x64-v3");
        File.Exists(Path.Combine(published, "stories.weights")).ShouldBeTrue();
        (await DotnetCommand.RunProgramAsync(ExecutableOf(published, "Native"), _cancellation)).ShouldContain(PackedLibrary.Story);
    }

    private static bool HasLinker()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        string[] folders = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator);
        return new[] { "clang", "gcc" }.Any(name => folders.Any(folder => File.Exists(Path.Combine(folder, name)))) && File.Exists("/usr/include/zlib.h");
    }

    private static string ExecutableOf(string folder, string name) => Path.Combine(folder, name + (OperatingSystem.IsWindows() ? ".exe" : ""));

    /// <summary>The files of a package that its project put there.</summary>
    private static string[] Files(string folder, string id)
    {
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(folder, $"{id}.{PackageFixture.Version}.nupkg"));
        return
        [
            .. archive.Entries
                .Select(entry => entry.FullName)
                .Where(name => name.Contains('/', StringComparison.Ordinal) && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    private Task<string> PackAsync(string output, params string[] arguments) =>
        library.Project.DotnetAsync(_cancellation, ["pack", "--nologo", "-c", "Release", "--no-build", "-o", output, .. arguments]);
}
