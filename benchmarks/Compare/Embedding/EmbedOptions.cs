using System.Collections.Generic;

namespace ModelGen.Compare.Embedding;

/// <summary>What to measure.</summary>
/// <param name="Models">Paths of GGUF files.</param>
/// <param name="OnnxFile">The same model in floats as an ONNX file, or null.</param>
/// <param name="Threads">Thread counts.</param>
/// <param name="Repetitions">Repetitions of each measurement.</param>
/// <param name="Aot">Whether to build with NativeAOT too, for the time to the first vector.</param>
/// <param name="LlamaFolder">Folder with libllama*.so, or null to look for it.</param>
/// <param name="LockFile">File to lock while measuring, or null.</param>
internal sealed record EmbedOptions(
    IReadOnlyList<string> Models,
    string? OnnxFile,
    IReadOnlyList<int> Threads,
    int Repetitions,
    bool Aot,
    string? LlamaFolder,
    string? LockFile);
