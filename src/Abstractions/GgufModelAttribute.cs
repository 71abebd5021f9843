using System;

namespace ModelGen;

/// <summary>
/// Compiles a GGUF model into the partial class that carries this attribute. The class becomes a <c>CompiledDecoder</c>, or a <c>CompiledEncoder</c> where the model is one, with a static
/// <c>Load</c> method.
/// </summary>
/// <remarks>
/// The project names the file as a <c>GgufModel</c> item: <c>&lt;GgufModel Include="models/stories.gguf" /&gt;</c>.
/// </remarks>
/// <param name="fileName">
/// File name of a <c>GgufModel</c> item, e.g. "stories.gguf"; with folders before it where several items have that name, "small/model.gguf".
/// </param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class GgufModelAttribute(string fileName) : Attribute
{
    /// <summary>File name of the <c>GgufModel</c> item, with folders before it where there are several of that name.</summary>
    public string FileName { get; } = fileName;

    /// <summary>
    /// Number of tokens that a session's static key/value buffers hold: from 1 to the model's own context length. 0, the default,
    /// takes the model's own, at most 4096.
    /// </summary>
    public int ContextLength { get; set; }

    /// <summary>How a session stores keys and values: how many bytes a token takes, and how exactly they come back.</summary>
    public KeyValueFormat KeyValueFormat { get; set; }

    /// <summary>How a WordPiece vocabulary cuts text into words; vocabularies of other kinds do not ask.</summary>
    public WordPieceRules WordPieceRules { get; set; }

    /// <summary>
    /// Most bytes that the model with one session of a full context may take: packed weights, what the session remembers, its logits, and the
    /// buffers of the forward pass. More is an error of the build that says what takes them. 0, the default: as many as it needs.
    /// </summary>
    public long MemoryBudgetBytes { get; set; }
}
