using System.Collections.Generic;
using ModelGen.Compare.Measuring;

namespace ModelGen.Compare;

/// <summary>What to measure.</summary>
/// <param name="Models">Paths of GGUF files.</param>
/// <param name="Threads">Thread counts.</param>
/// <param name="Repetitions">Repetitions of each measurement.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Aot">Whether to build with NativeAOT too, for start, memory and size.</param>
/// <param name="AotSpeed">Whether to measure the speed of those as well.</param>
/// <param name="Attribute">Further arguments of the [GgufModel] attribute, or null.</param>
/// <param name="LlamaFolder">Folder with libllama*.so, or null to look for it.</param>
/// <param name="LockFile">File to lock while measuring, or null.</param>
internal sealed record CompareOptions(
    IReadOnlyList<string> Models,
    IReadOnlyList<int> Threads,
    int Repetitions,
    IReadOnlyList<Test> Tests,
    bool Aot,
    bool AotSpeed,
    string? Attribute,
    string? LlamaFolder,
    string? LockFile);
