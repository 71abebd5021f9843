namespace ModelGen.Packing;

/// <summary>A model's file did not stay the same while it was packed.</summary>
internal sealed class ModelChangedException() : ModelGenException("the model was changed while it was being packed; build again when it stays as it is");
