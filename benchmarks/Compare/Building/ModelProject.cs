using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace ModelGen.Compare.Building;

/// <summary>
/// A project with one model and a program that obeys commands, built as a sample of this repository is. Its folder is kept and built
/// anew only where the model, the repository's sources or the driver have changed.
/// </summary>
internal sealed class ModelProject
{
    private const string AssemblyName = "ComparedModel";
    private const string AotRuntime = "linux-x64";

    private readonly ModelFacts _model;
    private readonly int _contextLength;
    private readonly string? _attribute;
    private readonly string _folder;

    /// <param name="model">The model.</param>
    /// <param name="contextLength">Tokens that a session holds.</param>
    /// <param name="attribute">Further arguments of the [GgufModel] attribute, or null.</param>
    public ModelProject(ModelFacts model, int contextLength, string? attribute)
    {
        _model = model;
        _contextLength = contextLength;
        _attribute = attribute;
        _folder = Path.Combine(Repository.CacheFolder, model.Name + "-" + Hash(model.Path + "\n" + attribute)[..8]);
    }

    /// <summary>The program of a variant, built where it is not up to date.</summary>
    /// <exception cref="InvalidOperationException">It cannot be built.</exception>
    public ModelProgram Build(Variant variant)
    {
        WriteSources();
        string published = Path.Combine(_folder, "publish-" + variant.Name.Replace(' ', '-').ToLowerInvariant());
        string stamp = published + ".fingerprint";
        string fingerprint = Fingerprint(variant);
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != fingerprint)
        {
            File.Delete(stamp);
            Clear(published);

            // The native compiler does not look at the instruction set to tell whether its last output still serves.
            Clear(Path.Combine(_folder, "obj", "Release", "net10.0", AotRuntime));
            DotnetCommand.Run(_folder, Arguments(variant, published));
            SharedCopies.Link(_folder, Directory.EnumerateFiles(published, "*.weights").Single());
            File.WriteAllText(stamp, fingerprint);
        }

        return new ModelProgram(variant, Path.Combine(published, AssemblyName));
    }

    private static IEnumerable<string> Arguments(Variant variant, string published)
    {
        IEnumerable<string> arguments = ["publish", "-c", "Release", "-o", published];
        return variant.IsAot
            ? [.. arguments, "-r", AotRuntime, "-p:PublishAot=true", "-p:IlcInstructionSet=" + variant.IlcInstructionSet]
            : arguments;
    }

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Changes with whatever decides what is built.</summary>
    private string Fingerprint(Variant variant)
    {
        FileInfo file = new(_model.Path);
        return Hash(string.Create(
            CultureInfo.InvariantCulture,
            $"{Repository.SourceHash()}\n{file.Length}\n{file.LastWriteTimeUtc:O}\n{variant}\n{Environment.Version}\n{string.Concat(Sources().Select(source => source.Text))}"));
    }

    private void WriteSources()
    {
        Directory.CreateDirectory(_folder);
        foreach ((string name, string text) in Sources())
        {
            string path = Path.Combine(_folder, name);
            if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                File.WriteAllText(path, text);
            }
        }
    }

    private IEnumerable<(string Name, string Text)> Sources()
    {
        yield return ("Directory.Build.props", Import("samples/Directory.Build.props"));
        yield return ("Directory.Build.targets", Import("samples/Directory.Build.targets"));
        yield return (AssemblyName + ".csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <AssemblyName>{AssemblyName}</AssemblyName>
                <RootNamespace>ModelGen.Compare.Driver</RootNamespace>
                <NoWarn>$(NoWarn);CS1591;MGEN014</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <GgufModel Include="{System.Security.SecurityElement.Escape(_model.Path)}" />
              </ItemGroup>
            </Project>

            """);
        string attribute = _attribute is null ? "" : ", " + _attribute;
        yield return (AssemblyName + ".cs", string.Create(CultureInfo.InvariantCulture, $"""
            namespace ModelGen.Compare.Driver;

            [GgufModel("{Path.GetFileName(_model.Path)}", ContextLength = {_contextLength}{attribute})]
            public sealed partial class ComparedModel;

            """));
        Assembly assembly = typeof(ModelProject).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }

    private static string Import(string path) => $"""
        <Project>
          <Import Project="{System.Security.SecurityElement.Escape(Path.Combine(Repository.Root, path))}" />
        </Project>

        """;
}
