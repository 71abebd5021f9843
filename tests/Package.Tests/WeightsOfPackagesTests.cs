using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using ModelGen.Tests.Shared;
using Shouldly;
using Xunit;

namespace ModelGen.Package.Tests;

/// <summary>Weights beside a program are those of the package's version that it references, whatever the times of the files.</summary>
public sealed class WeightsOfPackagesTests(PackageFixture packages)
{
    [Fact]
    public async Task AnotherVersionsWeightsTakeThePlaceOfTheOldOnes()
    {
        string folder = Path.Combine(packages.Root, "Versions");
        string output = Path.Combine(folder, "bin", "small", "stories.weights");
        string published = Path.Combine(folder, "publish", "small", "stories.weights");

        // One is as old as the other, and of the same length.
        DateTime time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (string version in new[] { "1.0.0", "2.0.0" })
        {
            string weights = Path.Combine(folder, version, "stories.weights");
            Directory.CreateDirectory(Path.GetDirectoryName(weights)!);
            await File.WriteAllTextAsync(weights, version, TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(weights, time);
        }

        await RunAsync(folder, "1.0.0");
        Put("1.0.0");
        await RunAsync(folder, "1.0.0");
        File.Exists(output).ShouldBeTrue("nothing has changed");
        File.Exists(published).ShouldBeTrue("nothing has changed");

        foreach (string version in new[] { "2.0.0", "1.0.0" })
        {
            await RunAsync(folder, version);
            File.Exists(output).ShouldBeFalse();
            File.Exists(published).ShouldBeFalse();
            Put(version);
            await RunAsync(folder, version);
            File.Exists(output).ShouldBeTrue("this version's");
        }

        void Put(string version)
        {
            foreach (string copy in new[] { output, published })
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(Path.Combine(folder, version, "stories.weights"), copy);
            }
        }
    }

    /// <summary>Runs the target by itself.</summary>
    private async Task RunAsync(string folder, string version)
    {
        string project = Path.Combine(folder, "Versions.proj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <PropertyGroup>
                <IntermediateOutputPath>obj/</IntermediateOutputPath>
                <OutDir>bin/</OutDir>
                <PublishDir>publish/</PublishDir>
              </PropertyGroup>
              <ItemGroup>
                <ContentWithTargetPath Include="$(MSBuildThisFileDirectory){version}/stories.weights" TargetPath="small/stories.weights" ModelGenPackage="Packed.Library" />
                <ContentWithTargetPath Include="other.txt" TargetPath="other.txt" />
              </ItemGroup>
              <Import Project="{Path.Combine(RepositoryFiles.Root, "src", "Generator", "build", "ModelGen.targets")}" />
            </Project>
            """,
            TestContext.Current.CancellationToken);
        await DotnetCommand.RunAsync(
            folder,
            new Dictionary<string, string>(),
            TestContext.Current.CancellationToken,
            "msbuild",
            project,
            "-nologo",
            "-verbosity:minimal",
            "-target:RenewWeightsOfPackages");
    }
}
