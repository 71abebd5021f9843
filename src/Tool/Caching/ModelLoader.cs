using System;
using ModelGen.Packing;
using ModelGen.Tool.Compilation;
using ModelGen.Tool.Terminal;

namespace ModelGen.Tool.Caching;

/// <summary>Compiles, packs and loads models, or finds in the cache what an earlier run has made.</summary>
/// <param name="host">The world around.</param>
/// <param name="isCached">Whether the cache is read and written; else all is done in memory.</param>
internal sealed class ModelLoader(ToolHost host, bool isCached)
{
    private readonly ModelCache _cache = new(host.CacheFolder);

    /// <summary>Compiles and loads a model.</summary>
    /// <param name="source">The model.</param>
    /// <param name="options">How to load it.</param>
    /// <exception cref="ModelGenException">The model is not supported or cannot be read.</exception>
    public CompiledModel Load(ModelSource source, LoadOptions options)
    {
        byte[] image = isCached ? _cache.Assembly(source, Compile) : Compile();
        CompiledClass compiled = CompiledClass.From(image, source);
        return isCached
            ? _cache.Load(source, compiled.LoadModel, options, target => Pack(source, target, host))
            : host.Activity.Run("Packing " + source.FileName, _ => compiled.LoadModel(source.Path, options));

        byte[] Compile() => host.Activity.Run(
            "Compiling " + source.FileName,
            _ => ModelCompilation.Create(source, "Compiled" + ModelIdentity.OfAssembly(source)).Emit());
    }

    /// <summary>Packs a model's weights as the build task does, into a file that appears whole.</summary>
    /// <param name="source">The model.</param>
    /// <param name="target">Path of the packed file.</param>
    /// <param name="host">The world around.</param>
    /// <exception cref="ModelGenException">The model is not supported, or was changed meanwhile.</exception>
    /// <exception cref="OperationCanceledException">The host has cancelled; what was there before is still there.</exception>
    public static void Pack(ModelSource source, string target, ToolHost host)
    {
        PackedImage image = PackedImage.Create(source.File);
        host.Activity.Run("Packing " + source.FileName, report =>
        {
            PackedFileWriter.Write(source.File, source.Identity, image, target, packed => report((double)packed / image.Length), host.Cancellation);
            return image.Length;
        });
    }
}
