using ModelGen;

namespace Extract;

/// <summary>The demo model of this repository; the generator writes the rest.</summary>
[GgufModel("demo-stories-Q8_0.gguf")]
public sealed partial class ExtractModel;
