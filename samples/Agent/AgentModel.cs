using ModelGen;

namespace Agent;

/// <summary>The demo model of this repository with a template that knows calls; the generator writes the rest.</summary>
[GgufModel("demo-stories-Q8_0.gguf")]
public sealed partial class AgentModel;
