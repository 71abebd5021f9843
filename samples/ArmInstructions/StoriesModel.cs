using ModelGen;

namespace Stories;

/// <summary>The demo model of this repository; the generator writes the rest.</summary>
[GgufModel("smollm2-135m-Q4_0.gguf")]
public sealed partial class StoriesModel;
