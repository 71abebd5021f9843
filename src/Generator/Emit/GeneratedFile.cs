namespace ModelGen.Generator.Emit;

/// <summary>A file for the compiler.</summary>
/// <param name="HintName">Its name, unique in the compilation.</param>
/// <param name="Text">Its text.</param>
internal sealed record GeneratedFile(string HintName, string Text);
