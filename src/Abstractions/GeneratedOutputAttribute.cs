using System;

namespace ModelGen;

/// <summary>
/// Makes the partial type that carries this attribute one that a model can answer with: <c>session.Generate&lt;Recipe&gt;(prompt)</c>. While the
/// model writes, it can choose only what is JSON of the type, and the generated reader turns the text into a value.
/// </summary>
/// <remarks>
/// <code>
/// [GeneratedOutput]
/// public sealed partial record Recipe(string Title, [Range(1, 600)] int Minutes, Difficulty Level, IReadOnlyList&lt;Step&gt; Steps);
/// </code>
/// The types of its properties need no attribute. Names, constructors, unions and what is left out follow System.Text.Json's attributes; limits follow
/// those of System.ComponentModel.DataAnnotations. The generator adds a constant <c>JsonSchema</c>, the type's JSON Schema with the documentation
/// comments as descriptions, for prompts.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = false)]
public sealed class GeneratedOutputAttribute : Attribute;
