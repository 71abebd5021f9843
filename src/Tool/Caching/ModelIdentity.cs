using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;
using ModelGen.Generator;
using ModelGen.Layout;
using ModelGen.Packing;
using ModelGen.Tool.Compilation;

namespace ModelGen.Tool.Caching;

/// <summary>Names under which a model's files lie in the cache: they change with whatever decides what is in the files.</summary>
internal static class ModelIdentity
{
    private const int HashDigits = 20;
    private const int MaxNameLength = 60;

    // The compiler's assemblies say by their module's id which build they are.
    private static readonly string Build = string.Join(
        ' ',
        ModuleOf(typeof(ModelGenerator)),
        ModuleOf(typeof(GgufModelAttribute)),
        ModuleOf(typeof(CompiledModel)),
        ModuleOf(typeof(ModelSource)),
        ModuleOf(typeof(CSharpCompilation)),
        Environment.Version.ToString());

    /// <summary>The folder of one model file.</summary>
    public static string FolderOf(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return $"{name[..Math.Min(name.Length, MaxNameLength)]}-{Hash(path)}";
    }

    /// <summary>The assembly: which compiler, which header, which options.</summary>
    public static string OfAssembly(ModelSource source) => Hash($"{Build}\n{source.Declaration}\n{source.Snapshot}");

    /// <summary>The packed weights: which layout, which file, and which state of it.</summary>
    public static string OfWeights(ModelSource source) => Hash(string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {ModuleOf(typeof(PackedFileWriter))} {WeightLayout.Version}
        {source.Identity.Text}
        """));

    private static string ModuleOf(Type type) => type.Module.ModuleVersionId.ToString("N");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashDigits];
}
