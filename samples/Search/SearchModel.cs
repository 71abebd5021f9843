using ModelGen;

namespace Search;

/// <summary>An encoder of sentences; the generator writes the rest.</summary>
[GgufModel("all-minilm-l6-v2-Q8_0.gguf")]
public sealed partial class SearchModel;
