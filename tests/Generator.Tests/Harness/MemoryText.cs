using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Gguf;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>An additional file that lies nowhere.</summary>
internal sealed class MemoryText(string path, string text) : AdditionalText
{
    public override string Path => path;

    /// <summary>The item of the project that it is, which the build tells the compiler; null: an additional file and no more.</summary>
    public string? Item { get; init; }

    public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);

    /// <summary>The snapshot of a model, as the build names it.</summary>
    public static MemoryText Of(TestModel model) => new("/models/" + model.FileName + GgufSnapshot.FileEnding, model.Snapshot);
}
