using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using ModelGen.Packing;
using ModelGen.Tool.Compilation;

namespace ModelGen.Tool.Caching;

/// <summary>
/// Compiled assemblies and packed weights of earlier runs, a folder a model file. Several processes may use it at once: files appear whole,
/// under names that say what is in them, and whoever finds none makes it.
/// </summary>
/// <param name="folder">The cache's folder; it need not exist.</param>
internal sealed class ModelCache(string folder)
{
    private const string AssemblyEnding = ".assembly";
    private const string WeightsEnding = ".weights";

    /// <summary>The assembly of a model.</summary>
    /// <param name="source">The model.</param>
    /// <param name="compile">Compiles it, where there is none or it is damaged.</param>
    public byte[] Assembly(ModelSource source, Func<byte[]> compile)
    {
        string path = PathOf(source, ModelIdentity.OfAssembly(source) + AssemblyEnding);
        if (ReadAssembly(path) is byte[] kept)
        {
            return kept;
        }

        byte[] image = compile();
        AtomicFile.WriteStream(path, file =>
        {
            file.Write(SHA256.HashData(image));
            file.Write(image);
        });
        return image;
    }

    /// <summary>Opens a model over its packed weights.</summary>
    /// <param name="source">The model.</param>
    /// <param name="load">Loads a file of packed weights; what is damaged is refused where LoadOptions.VerifyWeights is set.</param>
    /// <param name="options">How to load.</param>
    /// <param name="pack">Packs the model into a file, which appears whole; called where there is none or it is damaged.</param>
    public CompiledModel Load(
        ModelSource source, Func<string, LoadOptions, CompiledModel> load, LoadOptions options, Action<string> pack)
    {
        string path = PathOf(source, ModelIdentity.OfWeights(source) + WeightsEnding);
        if (File.Exists(path))
        {
            try
            {
                return load(path, options with { VerifyWeights = true });
            }
            catch (ModelGenException)
            {
                // Whatever is wrong with the file, a new one is right; whatever else is wrong is said when that is loaded.
            }
        }

        pack(path);
        DeleteOthers(path);
        return load(path, options);
    }

    /// <summary>An assembly that was kept, behind its hash; null where there is none or it is damaged.</summary>
    private static byte[]? ReadAssembly(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        byte[] file = File.ReadAllBytes(path);
        if (file.Length <= SHA256.HashSizeInBytes)
        {
            return null;
        }

        byte[] image = file[SHA256.HashSizeInBytes..];
        return SHA256.HashData(image).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes)) ? image : null;
    }

    /// <summary>Weights have gigabytes: those of an earlier state of the model's file, and of an earlier layout, are deleted.</summary>
    private static void DeleteOthers(string path)
    {
        string modelFolder = Path.GetDirectoryName(path)!;
        AtomicFile.DeleteAbandonedIn(modelFolder);
        foreach (string other in Directory.EnumerateFiles(modelFolder, "*" + WeightsEnding).Where(other => other != path))
        {
            File.Delete(other);
        }
    }

    private string PathOf(ModelSource source, string name) => Path.Combine(folder, ModelIdentity.FolderOf(source.Path), name);
}
