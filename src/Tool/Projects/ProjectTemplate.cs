using System.Collections.Generic;
using System.IO;
using System.Reflection;
using System.Security;
using ModelGen.Tasks;
using ModelGen.Tool.Compilation;

namespace ModelGen.Tool.Projects;

/// <summary>The files of a program that goes on from a prompt with one model.</summary>
internal static class ProjectTemplate
{
    /// <summary>Writes the files' text.</summary>
    /// <param name="source">The model.</param>
    /// <param name="folder">Where the project will lie; the model is named from there.</param>
    public static IReadOnlyList<(string Name, string Text)> Create(ModelSource source, string folder)
    {
        string name = source.ClassName.Name;
        return
        [
            (name + ".csproj", ProjectFile(Path.GetRelativePath(folder, source.Path))),
            (name + ".cs", source.Declaration),
            ("Program.cs", Program(source.ClassName)),
        ];
    }

    private static string ProjectFile(string model) => $"""
        <Project Sdk="Microsoft.NET.Sdk">

          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>Exe</OutputType>
            <Nullable>enable</Nullable>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>

          <ItemGroup>
            <PackageReference Include="ModelGen" Version="{Version()}" />
            <GgufModel Include="{SecurityElement.Escape(ItemText.Escape(model))}" />
          </ItemGroup>

        </Project>

        """;

    private static string Program(ClassName model) => $$"""
        using System;
        using System.Text;
        using ModelGen;
        {{(model.Namespace.Length == 0 ? "" : $"using {model.Namespace};\n")}}
        Console.OutputEncoding = Encoding.UTF8;
        try
        {
            using CompiledDecoder model = {{model.Name}}.Load();
            using Session session = model.CreateSession();
            string prompt = args.Length > 0 ? string.Join(' ', args) : "Once upon a time";
            Console.Write(prompt);
            foreach (string piece in session.Generate(prompt, new GenerationOptions { MaxTokens = 200 }))
            {
                Console.Write(piece);
            }

            Console.WriteLine();
            return 0;
        }
        catch (ModelGenException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        """;

    /// <summary>The packages' version, which is this program's.</summary>
    private static string Version()
    {
        string version = typeof(ProjectTemplate).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        // Behind a plus stands the commit, which a package's version does not have.
        return version.Split('+')[0];
    }
}
