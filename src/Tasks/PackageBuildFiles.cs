using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security;
using System.Text;
using Microsoft.Build.Framework;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// The build files of a package with weights. One declares the weights; another, whose place and name NuGet looks for, imports it into
/// every project that the package reaches.
/// </summary>
internal sealed class PackageBuildFiles(string packageId, string folder)
{
    // Beside the weights, so that its own place leads to them.
    private const string DeclarationsName = "weights.targets";
    private const string TransitiveFolder = "buildTransitive";
    private const string ImportedPath = "../" + PackageWeights.Folder + "/" + DeclarationsName;

    private readonly string _importName = packageId + ".targets";

    /// <summary>Path of the file that declares the weights.</summary>
    public string Declarations => Path.Combine(folder, DeclarationsName);

    private string Import => Path.Combine(folder, _importName);

    /// <summary>An item of the file at <paramref name="path"/>.</summary>
    public static ITaskItem Item(string path) => ItemText.ItemOf(path);

    /// <summary>Writes the files, each only if it changes.</summary>
    public void Write(IReadOnlyList<PackageWeights> weights)
    {
        Write(Declarations, DeclarationsOf(weights));
        Write(Import, $"""
            <Project>
              <Import Project="$(MSBuildThisFileDirectory){ImportedPath}" />
            </Project>

            """.Replace("\r\n", "\n"));
    }

    /// <summary>The files as items that go into the package beside <paramref name="others"/>.</summary>
    /// <exception cref="ModelGenException">The package has build files of its own that do not import the weights' one.</exception>
    public IEnumerable<ITaskItem> InPackage(IEnumerable<ITaskItem> others)
    {
        yield return Item(Declarations, PackageWeights.Folder + "/" + DeclarationsName);

        // NuGet imports one file of this name, from buildTransitive if there is one, else from build for direct references only.
        ITaskItem[] own = [.. others.Where(IsImported)];
        if (own.Length == 0)
        {
            yield return Item(Import, TransitiveFolder + "/" + _importName);
        }
        else if (!own.Any(file => IsIn(file, TransitiveFolder) && ImportsDeclarations(file)))
        {
            throw new ModelGenException(
                $"it has a build file of its own, '{own[0].ItemSpec}'; add <Import Project=\"$(MSBuildThisFileDirectory){ImportedPath}\" /> to {TransitiveFolder}/{_importName}, or set ModelGenPackWeights to false.");
        }
    }

    private static ITaskItem Item(string path, string packagePath)
    {
        ITaskItem item = Item(path);
        item.SetMetadata("PackagePath", ItemText.Escape(packagePath));
        return item;
    }

    private static void Write(string path, string text)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != text)
        {
            AtomicFile.WriteText(path, text);
        }
    }

    private static string[] PackagePaths(ITaskItem file) => [.. file.GetMetadata("PackagePath").Split(';').Select(path => path.Trim().Replace('\\', '/'))];

    private static bool IsIn(ITaskItem file, string folder) =>
        PackagePaths(file).Any(path => path.Equals(folder, StringComparison.OrdinalIgnoreCase) || path.StartsWith(folder + "/", StringComparison.OrdinalIgnoreCase));

    private static bool ImportsDeclarations(ITaskItem file) =>
        File.ReadAllText(file.ItemSpec).Replace('\\', '/').Contains(PackageWeights.Folder + "/" + DeclarationsName);

    /// <summary>Whether NuGet would import this file: of the package's name, under its own path or that of its place.</summary>
    private bool IsImported(ITaskItem file) =>
        (IsIn(file, "build") || IsIn(file, TransitiveFolder)) &&
        (Path.GetFileName(file.ItemSpec).Equals(_importName, StringComparison.OrdinalIgnoreCase) ||
         PackagePaths(file).Any(path => path.EndsWith("/" + _importName, StringComparison.OrdinalIgnoreCase)));

    private string DeclarationsOf(IReadOnlyList<PackageWeights> weights)
    {
        StringBuilder text = new();
        text.Append("<Project>\n")
            .Append("  <!-- Written by ModelGen: the packed weights of the package's models, which lie beside every program that uses it. -->\n")
            .Append("  <PropertyGroup>\n")
            .Append("    <!-- A copy is right where its length and time are those of the file; a half-written one is newer too. Older MSBuilds know no IfDifferent. -->\n")
            .Append("    <_ModelGenCopyToOutput>PreserveNewest</_ModelGenCopyToOutput>\n")
            .Append("    <_ModelGenCopyToOutput Condition=\"$([MSBuild]::VersionGreaterThanOrEquals('$(MSBuildVersion)', '17.14'))\">IfDifferent</_ModelGenCopyToOutput>\n")
            .Append("  </PropertyGroup>\n")
            .Append("  <ItemGroup Condition=\"'$(TargetFrameworkIdentifier)' == '.NETCoreApp'\">\n");
        foreach (PackageWeights file in weights)
        {
            text.Append("    <ContentWithTargetPath Include=\"$(MSBuildThisFileDirectory)").Append(Value(file.FileName)).Append("\"\n")
                .Append("                           Condition=\"$([MSBuild]::VersionGreaterThanOrEquals('$(TargetFrameworkVersion)', '").Append(file.Framework).Append("'))\"\n")
                .Append("                           TargetPath=\"").Append(Value(file.TargetPath)).Append("\"\n")
                .Append("                           CopyToOutputDirectory=\"$(_ModelGenCopyToOutput)\"\n")
                .Append("                           CopyToPublishDirectory=\"Always\"\n")
                .Append("                           ExcludeFromSingleFile=\"true\"\n")
                .Append("                           ModelGenPackage=\"").Append(packageId).Append("\" />\n");
        }

        return text.Append("  </ItemGroup>\n</Project>\n").ToString();
    }

    private static string Value(string text) => SecurityElement.Escape(ItemText.Escape(text))!;
}
