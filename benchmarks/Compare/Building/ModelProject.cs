using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security;

namespace ModelGen.Compare.Building;

/// <summary>A project with one model, built as a sample of this repository is.</summary>
/// <param name="model">The model.</param>
/// <param name="contextLength">Tokens that a session, or a text, holds.</param>
/// <param name="attribute">Further arguments of the [GgufModel] attribute, or null.</param>
/// <param name="driver">Folder below Driver with the sources of its program.</param>
internal sealed class ModelProject(ModelFacts model, int contextLength, string? attribute, string driver)
    : ProgramProject(model.Name, model.Path + "\n" + attribute, driver)
{
    /// <summary>Driver of models that continue a text.</summary>
    public const string Decoders = "Decoders";

    /// <summary>Driver of models that turn a text into a vector.</summary>
    public const string Encoders = "Encoders";

    /// <summary>The repository's sources, and the model.</summary>
    protected override string Ingredients()
    {
        FileInfo file = new(model.Path);
        return string.Create(CultureInfo.InvariantCulture, $"{Repository.SourceHash()}\n{file.Length}\n{file.LastWriteTimeUtc:O}");
    }

    protected override void Complete(string published) =>
        SharedCopies.Link(Folder, Directory.EnumerateFiles(published, "*.weights").Single());

    protected override IEnumerable<(string Name, string Text)> Sources()
    {
        yield return ("Directory.Build.props", Import("samples/Directory.Build.props"));
        yield return ("Directory.Build.targets", Import("samples/Directory.Build.targets"));
        yield return (AssemblyName + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <AssemblyName>{AssemblyName}</AssemblyName>
                <RootNamespace>ModelGen.Compare.Driver</RootNamespace>
                <NoWarn>$(NoWarn);CS1591;MGEN014</NoWarn>
                <!-- Beside every program: links to one file, and no part of a program's size. -->
                <ModelGenWeights>Sidecar</ModelGenWeights>
              </PropertyGroup>
              <ItemGroup>
                <GgufModel Include="{SecurityElement.Escape(model.Path)}" />
              </ItemGroup>
            </Project>

            """);
        string more = attribute is null ? "" : ", " + attribute;
        yield return (AssemblyName + ".cs", string.Create(CultureInfo.InvariantCulture, $"""
            namespace ModelGen.Compare.Driver;

            [GgufModel("{Path.GetFileName(model.Path)}", ContextLength = {contextLength}{more})]
            public sealed partial class ComparedModel;

            """));
    }

    private static string Import(string path) => $"""
        <Project>
          <Import Project="{SecurityElement.Escape(Path.Combine(Repository.Root, path))}" />
        </Project>

        """;
}
