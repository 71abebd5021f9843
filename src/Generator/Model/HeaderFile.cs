using ModelGen.Architectures;
using ModelGen.Gguf;

namespace ModelGen.Generator.Model;

/// <summary>A snapshot that the build hands over, read.</summary>
/// <param name="Path">Path of the GGUF file in the project.</param>
/// <param name="Header">Its header, or null where the snapshot is damaged.</param>
/// <param name="Error">What is wrong with the snapshot.</param>
internal sealed record HeaderFile(string Path, GgufHeader? Header, string? Error);

/// <summary>A header with what a recogniser made of it.</summary>
internal sealed record RecognisedModel(HeaderFile File, Recognition? Recognition);

/// <summary>The model of a class.</summary>
/// <param name="Model">The model.</param>
/// <param name="Name">The name that tells it from the project's other models, after which its weights are called.</param>
internal sealed record NamedModel(RecognisedModel Model, string Name);
