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
/// A project whose program obeys commands. Its folder is kept, and built anew only where what decides its output has changed.
/// </summary>
/// <param name="name">Name of its folder and of what is measured.</param>
/// <param name="key">Whatever else tells it from another project of that name.</param>
/// <param name="driver">Folder below Driver with the sources of its program.</param>
internal abstract class ProgramProject(string name, string key, string driver)
{
    /// <summary>Name of every such program.</summary>
    protected const string AssemblyName = "ComparedModel";

    private const string AotRuntime = "linux-x64";

    /// <summary>Folder with the project.</summary>
    protected string Folder { get; } = Path.Combine(Repository.CacheFolder, name + "-" + Hash(key)[..8]);

    /// <summary>The program of a variant, built where it is not up to date.</summary>
    /// <exception cref="InvalidOperationException">It cannot be built.</exception>
    public ModelProgram Build(Variant variant)
    {
        (string Name, string Text)[] sources = [.. Sources(), .. Resources("Driver/" + driver + "/"), .. Resources("Worker/")];
        WriteSources(sources);
        string published = Path.Combine(Folder, "publish-" + variant.Name.Replace(' ', '-').ToLowerInvariant());
        string stamp = published + ".fingerprint";
        string fingerprint = Hash(string.Create(
            CultureInfo.InvariantCulture,
            $"{Ingredients()}\n{variant}\n{Environment.Version}\n{string.Concat(sources.Select(source => source.Text))}"));
        if (!File.Exists(stamp) || File.ReadAllText(stamp) != fingerprint)
        {
            File.Delete(stamp);
            Clear(published);

            // The native compiler does not look at the instruction set to tell whether its last output still serves.
            Clear(Path.Combine(Folder, "obj", "Release", "net10.0", AotRuntime));
            DotnetCommand.Run(Folder, Arguments(variant, published));
            Complete(published);
            File.WriteAllText(stamp, fingerprint);
        }

        return new ModelProgram(variant, Path.Combine(published, AssemblyName));
    }

    /// <summary>What decides the output beside the sources.</summary>
    protected abstract string Ingredients();

    /// <summary>The sources that are its own: project file and what belongs to it.</summary>
    protected abstract IEnumerable<(string Name, string Text)> Sources();

    /// <summary>What is done to a published program.</summary>
    protected virtual void Complete(string published)
    {
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

    private static IEnumerable<(string Name, string Text)> Resources(string folder)
    {
        Assembly assembly = typeof(ProgramProject).Assembly;
        foreach (string resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            if (resource.StartsWith(folder, StringComparison.Ordinal))
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
                yield return (resource[folder.Length..], reader.ReadToEnd());
            }
        }
    }

    private void WriteSources(IEnumerable<(string Name, string Text)> sources)
    {
        Directory.CreateDirectory(Folder);
        foreach ((string file, string text) in sources)
        {
            string path = Path.Combine(Folder, file);
            if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                File.WriteAllText(path, text);
            }
        }
    }
}
