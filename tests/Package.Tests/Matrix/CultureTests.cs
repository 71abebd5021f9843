using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests.Matrix;

/// <summary>
/// Builds and programs in cultures whose letters, digits, signs and years are not those of most: what is generated, packed and answered is the
/// same, byte for byte.
/// </summary>
public sealed class CultureTests(CultureProject project) : IClassFixture<CultureProject>
{
    private readonly SourceTree _tree = project.Tree;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public async Task ChangesNeitherTheBuildNorTheProgram(string culture)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes the culture from the user's settings, not from a variable.");
        string posix = culture.Replace('-', '_') + ".UTF-8";
        Dictionary<string, string> environment = new(_tree.Environment) { ["LANG"] = posix, ["LC_ALL"] = posix };

        // Without servers, which keep the culture of whoever started them.
        await DotnetCommand.RunAsync(
            _tree.Folder, environment, _cancellation, "build", "--nologo", "--no-restore", "-c", culture, "-p:UseSharedCompilation=false");
        string[] lines = SourceTree.Lines(await DotnetCommand.RunAsync(_tree.Folder, environment, _cancellation, "exec", $"bin/{culture}/net10.0/App.dll"));

        Assert.SkipUnless(lines[0] == "culture: " + culture, $"The system has no data of cultures: the program ran in '{lines[0]}'.");
        lines[1..].ShouldBe(project.Lines);
        string[] files = Made(CultureProject.Invariant);
        files.Length.ShouldBeGreaterThan(5);
        Made(culture).ShouldBe(files);
        foreach (string file in files)
        {
            File.ReadAllBytes(_tree.PathOf($"obj/{culture}/{file}")).ShouldBe(File.ReadAllBytes(_tree.PathOf($"obj/{CultureProject.Invariant}/{file}")), file);
        }
    }

    /// <summary>What ModelGen has made in obj: header, weights, C#.</summary>
    private string[] Made(string configuration)
    {
        string folder = _tree.PathOf("obj/" + configuration);
        return
        [
            .. new[] { "modelgen", "generated" }.SelectMany(name => Directory.EnumerateFiles(Path.Combine(folder, "net10.0", name), "*", SearchOption.AllDirectories))
                .Where(file => !file.EndsWith(".source", StringComparison.Ordinal))
                .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal),
        ];
    }
}
