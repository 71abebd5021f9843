namespace ModelGen;

/// <summary>What a compiled model is.</summary>
/// <param name="Name">The model's own name (general.name).</param>
/// <param name="Architecture">Its architecture (general.architecture), e.g. "llama".</param>
/// <param name="ParameterCount">Elements of all its tensors.</param>
/// <param name="ContextLength">Tokens that a session holds.</param>
/// <param name="VocabularySize">Tokens of the vocabulary, the length of the logits.</param>
/// <param name="Fingerprint">Identity of the loaded weights: hash of the GGUF header and version of the layout.</param>
/// <param name="InstructionSet">The vector instructions in use.</param>
/// <param name="Memory">Memory plan.</param>
public sealed record ModelInfo(
    string Name,
    string Architecture,
    long ParameterCount,
    int ContextLength,
    int VocabularySize,
    string Fingerprint,
    InstructionSet InstructionSet,
    MemoryPlan Memory);

/// <summary>Memory that a model and each of its sessions take, in bytes.</summary>
/// <param name="Weights">Packed weights, mapped from the file and shared by all sessions.</param>
/// <param name="State">What one session remembers at a full context: keys and values, and states of a fixed size.</param>
/// <param name="Scratch">Buffers of the forward pass, shared by all sessions.</param>
public sealed record MemoryPlan(long Weights, long State, long Scratch);
