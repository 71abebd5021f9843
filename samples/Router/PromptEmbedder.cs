using ModelGen;

namespace Router;

/// <summary>The encoder whose vectors the forest reads; the generator writes the rest.</summary>
[GgufModel("all-minilm-l6-v2-Q8_0.gguf")]
public sealed partial class PromptEmbedder;
