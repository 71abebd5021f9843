namespace ModelGen.Memory.Benchmarks;

/// <summary>The model whose memory is measured.</summary>
[GgufModel("demo-stories-Q8_0.gguf")]
public sealed partial class MeasuredModel;
