using ModelGen.Architectures;
using ModelGen.Gguf;

namespace ModelGen.Generator.Model;

/// <summary>A snapshot that the build hands over, read.</summary>
/// <param name="FileName">Name of the GGUF file.</param>
/// <param name="Header">Its header, or null where the snapshot is damaged.</param>
/// <param name="Error">What is wrong with the snapshot.</param>
internal sealed record HeaderFile(string FileName, GgufHeader? Header, string? Error);

/// <summary>A header with what a recogniser made of it.</summary>
internal sealed record RecognisedModel(HeaderFile File, Recognition? Recognition);
