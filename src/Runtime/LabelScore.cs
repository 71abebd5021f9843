namespace ModelGen;

/// <summary>A label that a model gives a text.</summary>
/// <param name="Label">Its name, one of <see cref="CompiledEncoder.Labels"/>.</param>
/// <param name="Score">How probable it is, from 0 to 1.</param>
public readonly record struct LabelScore(string Label, float Score);
