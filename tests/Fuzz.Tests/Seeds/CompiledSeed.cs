using System;
using System.Collections.Immutable;
using System.IO;
using Microsoft.CodeAnalysis;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;

namespace ModelGen.Fuzz.Tests.Seeds;

/// <summary>A tiny model, compiled in memory as the tool does it; its file is deleted with it.</summary>
internal sealed class CompiledSeed : IDisposable
{
    private readonly CompiledClass _compiled;

    /// <param name="model">The model.</param>
    /// <param name="format">Format of its keys and values.</param>
    public CompiledSeed(TinyModel model, KeyValueFormat format)
    {
        Folder = Directory.CreateTempSubdirectory("modelgen-fuzz-").FullName;
        Path = System.IO.Path.Combine(Folder, model.Name + ".gguf");
        File.WriteAllBytes(Path, model.ToArray());
        ModelSource source = ModelSource.Read(Path, new ModelSettings(KeyValueFormat: format));
        byte[]? image = ModelCompilation.Create(source, "Fuzzed" + format).TryEmit(out ImmutableArray<Diagnostic> diagnostics);
        _compiled = CompiledClass.From(image ?? throw new InvalidOperationException(string.Join(Environment.NewLine, diagnostics)), source);
    }

    /// <summary>A folder of its own.</summary>
    public string Folder { get; }

    /// <summary>Its GGUF file.</summary>
    public string Path { get; }

    /// <summary>Loads a file with its code.</summary>
    /// <param name="path">A GGUF file or a packed one.</param>
    /// <param name="verifyWeights">Whether all weights are compared with their checksum.</param>
    public CompiledDecoder Load(string path, bool verifyWeights = false) =>
        _compiled.Load(path, new LoadOptions { ThreadCount = 1, VerifyWeights = verifyWeights });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
