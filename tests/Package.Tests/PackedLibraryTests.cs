using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Runtime.InteropServices;
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

    /// <summary>The program references a package that references the library: in its output, and in what it publishes as a single file.</summary>
    [Fact]
    public async Task ReachesAProgramThroughAnotherPackage()
    {
        string program = await library.WriteProgramAsync("SingleFile", "net10.0");
        string published = Path.Combine(program, "published");
        await DotnetCommand.RunAsync(
            program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published, "--use-current-runtime", "--no-self-contained", "-p:PublishSingleFile=true");

        Directory.GetFiles(Path.Combine(program, "bin"), "stories.weights", SearchOption.AllDirectories).Length.ShouldBe(1);
        await ShouldBeOneFile(ExecutableOf(published, "SingleFile"));
    }

    [Fact]
    public async Task ReachesANativeProgram()
    {
        NativeLinker.SkipWithout();
        string program = await library.WriteProgramAsync(
            "Native", "net10.0", "<PublishAot>true</PublishAot><TrimmerSingleWarn>false</TrimmerSingleWarn>");
        string published = Path.Combine(program, "published");

        string log = await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published);

        log.ShouldContain("IlcInstructionSet=x86-64-v3");
        await ShouldBeOneFile(ExecutableOf(published, "Native"));
        await ShouldSayThatItCannotBeRead(ExecutableOf(published, "Native"), " cannot be opened to look for stories.weights (");

        // Again, and beside the program where that is asked for.
        await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published);
        await ShouldBeOneFile(ExecutableOf(published, "Native"));
        await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-o", published, "-p:ModelGenWeights=Sidecar");
        File.Exists(Path.Combine(published, "stories.weights")).ShouldBeTrue();
        (await DotnetCommand.RunProgramAsync(ExecutableOf(published, "Native"), _cancellation)).ShouldContain(PackedLibrary.Story);
    }

    /// <summary>The launcher is before the weights, and is as little to be seen as they are.</summary>
    [Fact]
    public async Task ReachesANativeProgramForSeveralLevels()
    {
        NativeLinker.SkipWithout();
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "programs for several levels are for Linux on x86-64");
        string program = await library.WriteProgramAsync(
            "Levels", "net10.0", "<PublishAot>true</PublishAot><TrimmerSingleWarn>false</TrimmerSingleWarn><ModelGenInstructionSets>v2;v3</ModelGenInstructionSets>");
        string published = Path.Combine(program, "published");

        string log = await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-r", "linux-x64", "-o", published);

        log.ShouldContain("Levels: compiling for x86-64 v2, v3 (ModelGenInstructionSets).");
        await ShouldBeOneFile(ExecutableOf(published, "Levels"));
        await ShouldSayThatItCannotBeRead(ExecutableOf(published, "Levels"), "the program cannot open its own file: permission denied.");

        // The native compiler was asked for the same but for the level, and nothing is compiled twice.
        string native = Path.GetDirectoryName(Directory.GetFiles(Path.Combine(program, "obj"), "Levels.ilc.rsp", SearchOption.AllDirectories).MinBy(path => path.Length))!;
        string highest = await File.ReadAllTextAsync(Path.Combine(native, "Levels.ilc.rsp"), _cancellation);
        string lowest = await File.ReadAllTextAsync(Path.Combine(native, "v2", "Levels.ilc.rsp"), _cancellation);
        highest.ShouldContain("--instruction-set:x86-64-v3");
        lowest.Replace("native/v2/", "native/", StringComparison.Ordinal).Replace("x86-64-v2", "x86-64-v3", StringComparison.Ordinal).ShouldBe(highest);
        log = await DotnetCommand.RunAsync(program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-r", "linux-x64", "-o", published);
        log.ShouldNotContain("Generating native code");
        (await DotnetCommand.RunProgramAsync(ExecutableOf(published, "Levels"), _cancellation)).ShouldContain(PackedLibrary.Story);
    }

    [Fact]
    public async Task SaysWhatIsWrongWithThePlaceOfWeights()
    {
        string program = await library.WriteProgramAsync("Misplaced", "net10.0");
        string[] errors = await DotnetCommand.ErrorsAsync(
            program, library.Packages.Environment, _cancellation, "publish", "--nologo", "-p:ModelGenWeights=Append");
        errors.ShouldHaveSingleItem().ShouldContain(
            "error MGEN029: ModelGenWeights is Append, and Misplaced is not published as a program of one file: set PublishAot or PublishSingleFile to true, or leave ModelGenWeights away.");
        errors = await DotnetCommand.ErrorsAsync(
            program, library.Packages.Environment, _cancellation, "publish", "--nologo", "--no-restore", "-p:ModelGenWeights=Inside");
        errors.ShouldHaveSingleItem().ShouldContain("error MGEN029: ModelGenWeights is 'Inside'; it can be Append, for programs that are one file, Sidecar, or Embed.");
    }

    /// <summary>
    /// Alone in a folder, under another name, behind a link and not writable it tells its story; cut off, or with a list of weights that was
    /// changed, it says so.
    /// </summary>
    private async Task ShouldBeOneFile(string program)
    {
        File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "stories.weights")).ShouldBeFalse();
        string alone = Directory.CreateDirectory(Path.Combine(library.Packages.Root, Path.GetRandomFileName())).FullName;
        string other = ExecutableOf(alone, "another name");
        File.Copy(program, other);
        (await DotnetCommand.RunProgramAsync(other, _cancellation)).ShouldContain(PackedLibrary.Story);
        string link = ExecutableOf(Directory.CreateDirectory(Path.Combine(alone, "links")).FullName, "link");
        File.CreateSymbolicLink(link, other);
        (await DotnetCommand.RunProgramAsync(link, _cancellation)).ShouldContain(PackedLibrary.Story);

        await FailsWith(file => file.SetLength(file.Length - 1), "carries no stories.weights (a program that was published with its weights and has none any more was cut off, or stripped)");
        await FailsWith(file => Flip(file, file.Length - 40), "is damaged: the list of the weights that it carries does not match its checksum. Publish it again.");

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            (await DotnetCommand.RunProgramAsync(other, _cancellation)).ShouldContain(PackedLibrary.Story);
        }

        async Task FailsWith(Action<FileStream> change, string message)
        {
            string changed = ExecutableOf(alone, "changed");
            File.Copy(other, changed, overwrite: true);
            using (FileStream file = new(changed, FileMode.Open, FileAccess.ReadWrite))
            {
                change(file);
            }

            (await DotnetCommand.RunFailingProgramAsync(changed, _cancellation)).ShouldContain(message);
        }

        static void Flip(FileStream file, long offset)
        {
            file.Position = offset;
            int value = file.ReadByte();
            file.Position = offset;
            file.WriteByte((byte)(value ^ 1));
        }
    }

    /// <summary>A user may start a file without reading it. Only root can become such a user.</summary>
    private async Task ShouldSayThatItCannotBeRead(string program, string message)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            TestContext.Current.TestOutputHelper?.WriteLine("Not tried: only root on Linux can start a program as a user who may not read it.");
            return;
        }

        string other = Path.Combine(Directory.CreateTempSubdirectory("ModelGen").FullName, "program");
        try
        {
            File.Copy(program, other);
            const string Shell = "/bin/sh";
            (int exitCode, string text) = await DotnetCommand.StartAsync(
                Shell,
                library.Packages.Root,
                new Dictionary<string, string>(),
                _cancellation,
                ["-c", "chmod 711 \"$(dirname \"$0\")\" && chmod 111 \"$0\" && exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\"", other]);
            text.ShouldContain(message);
            exitCode.ShouldNotBe(0);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(other)!, recursive: true);
        }
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
