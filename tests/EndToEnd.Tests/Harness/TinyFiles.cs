using System;
using System.Collections.Concurrent;
using ModelGen.Tests.Shared;

namespace ModelGen.EndToEnd.Tests.Harness;

/// <summary>The GGUF files of tiny models, written once a test run.</summary>
internal static class TinyFiles
{
    private static readonly ConcurrentDictionary<TinyModel, Lazy<string>> Paths = new();

    public static string PathOf(TinyModel model) =>
        Paths.GetOrAdd(model, _ => new Lazy<string>(() => TemporaryFiles.Write(model.Name + ".gguf", model.ToArray()))).Value;
}
