using System;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>The class that the generator wrote for a model.</summary>
internal sealed class CompiledClass
{
    private readonly Func<string, LoadOptions?, CompiledModel> _load;
    private readonly Func<LoadOptions?, CompiledModel> _loadBesideProgram;

    /// <param name="type">The class.</param>
    /// <param name="path">The GGUF file that it was compiled from.</param>
    public CompiledClass(Type type, string path)
    {
        Path = path;
        _load = type.GetMethod("Load", [typeof(string), typeof(LoadOptions)])!.CreateDelegate<Func<string, LoadOptions?, CompiledModel>>();
        _loadBesideProgram = type.GetMethod("Load", [typeof(LoadOptions)])!.CreateDelegate<Func<LoadOptions?, CompiledModel>>();
    }

    /// <summary>The GGUF file that it was compiled from.</summary>
    public string Path { get; }

    /// <summary>Loads the GGUF file that it was compiled from.</summary>
    public CompiledModel Load(LoadOptions? options = null) => _load(Path, options);

    /// <summary>Its Load(path, options).</summary>
    public CompiledModel Load(string path, LoadOptions? options = null) => _load(path, options);

    /// <summary>Its Load(options), which looks for the weights beside the program.</summary>
    public CompiledModel LoadBesideProgram(LoadOptions? options = null) => _loadBesideProgram(options);
}
