using ModelGen;

namespace Router;

/// <summary>Model A: the demo model of this repository, 2.9 million parameters; the generator writes the rest.</summary>
[GgufModel("demo-stories-Q8_0.gguf")]
public sealed partial class LargeModel;
