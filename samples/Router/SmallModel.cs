using ModelGen;

namespace Router;

/// <summary>Model B: puts six letters A, B and C into order, 85 thousand parameters; the generator writes the rest.</summary>
[GgufModel("gpt-nano-sort-f32.gguf")]
public sealed partial class SmallModel;
