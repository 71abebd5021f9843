using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace ModelGen.Tool.Compilation;

/// <summary>The class that the generator wrote for a model, loaded.</summary>
internal sealed class CompiledClass
{
    private readonly Func<string, LoadOptions?, CompiledModel> _load;

    private CompiledClass(Type type, string path)
    {
        Type = type;
        Path = path;
        _load = type.GetMethod("Load", [typeof(string), typeof(LoadOptions)])!.CreateDelegate<Func<string, LoadOptions?, CompiledModel>>();
    }

    /// <summary>The class.</summary>
    public Type Type { get; }

    /// <summary>The GGUF file that it was compiled from.</summary>
    public string Path { get; }

    /// <summary>Loads a compiled assembly.</summary>
    /// <param name="image">The assembly.</param>
    /// <param name="source">What it was compiled from.</param>
    public static CompiledClass From(byte[] image, ModelSource source)
    {
        // A context of its own: two assemblies of one name may be loaded. The runtime they share is this program's.
        AssemblyLoadContext context = new(source.FileName);
        using MemoryStream stream = new(image);
        Assembly assembly = context.LoadFromStream(stream);
        ClassName name = source.ClassName;
        string fullName = name.Namespace.Length == 0 ? name.Name : name.Namespace + "." + name.Name;
        return new CompiledClass(assembly.GetType(fullName, throwOnError: true)!, source.Path);
    }

    /// <summary>Loads the GGUF file that it was compiled from, a decoder's.</summary>
    public CompiledDecoder Load(LoadOptions? options = null) => Load(Path, options);

    /// <summary>Its Load(path, options) where it is a decoder.</summary>
    public CompiledDecoder Load(string path, LoadOptions? options = null) => (CompiledDecoder)_load(path, options);

    /// <summary>Its Load(path, options) where it is an encoder.</summary>
    public CompiledEncoder LoadEncoder(string? path = null, LoadOptions? options = null) => (CompiledEncoder)_load(path ?? Path, options);

    /// <summary>Its Load(path, options).</summary>
    public CompiledModel LoadModel(string path, LoadOptions? options = null) => _load(path, options);
}
