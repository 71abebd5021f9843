using System;

namespace ModelGen.Routing;

/// <summary>
/// Compiles a random forest into the partial class that carries this attribute. The class becomes a <c>CompiledForest</c> with a constructor
/// without parameters.
/// </summary>
/// <remarks>
/// The project names the file as a <c>RandomForest</c> item: <c>&lt;RandomForest Include="router.json" /&gt;</c>. It is JSON, as a few lines of
/// scikit-learn write it (docs/routing.md).
/// </remarks>
/// <param name="fileName">
/// File name of a <c>RandomForest</c> item, e.g. "router.json"; with folders before it where several items have that name, "small/router.json".
/// </param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false, Inherited = false)]
public sealed class RandomForestAttribute(string fileName) : Attribute
{
    /// <summary>File name of the <c>RandomForest</c> item, with folders before it where there are several of that name.</summary>
    public string FileName { get; } = fileName;
}
