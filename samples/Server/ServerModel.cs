using ModelGen;

namespace Server;

/// <summary>The demo model of this repository with a chat template; the generator writes the rest.</summary>
[GgufModel("demo-stories-Q8_0.gguf")]
public sealed partial class ServerModel;
