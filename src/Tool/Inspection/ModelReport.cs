using System.Collections.Generic;

namespace ModelGen.Tool.Inspection;

/// <summary>What a model is, what it would take, and what stands in the way of compiling it.</summary>
/// <param name="File">Path of the GGUF file.</param>
/// <param name="FileBytes">Its length, of all parts where it is split.</param>
/// <param name="Name">general.name, or null.</param>
/// <param name="Architecture">general.architecture, or null.</param>
/// <param name="Tokenizer">tokenizer.ggml.model, or null.</param>
/// <param name="Parameters">Elements of all tensors.</param>
/// <param name="IsSupported">Whether it can be compiled.</param>
/// <param name="Remarks">What the generator says of it.</param>
/// <param name="Shapes">Its shapes.</param>
/// <param name="Formats">Its tensors, a row a format.</param>
/// <param name="PredictionLayers">Layers for guessing tokens further ahead, which are left out.</param>
/// <param name="Plan">What it would take; null where it cannot be compiled.</param>
internal sealed record ModelReport(
    string File,
    long FileBytes,
    string? Name,
    string? Architecture,
    string? Tokenizer,
    long Parameters,
    bool IsSupported,
    IReadOnlyList<RemarkReport> Remarks,
    ShapeReport Shapes,
    IReadOnlyList<FormatReport> Formats,
    long PredictionLayers,
    PlanReport? Plan);

/// <summary>A diagnostic of the generator.</summary>
/// <param name="Id">Its id; docs/diagnostics.md explains each.</param>
/// <param name="IsError">Whether it stands in the way.</param>
/// <param name="Message">The sentence.</param>
internal sealed record RemarkReport(string Id, bool IsError, string Message);

/// <summary>Shapes as the header has them; null where it does not say, or says another number for each layer.</summary>
/// <param name="Layers">Blocks.</param>
/// <param name="Embedding">Floats of the residual stream.</param>
/// <param name="Hidden">Hidden values of the feed-forward network.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key/value heads.</param>
/// <param name="HeadDimension">Floats of a head.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Context">Tokens that it was trained on.</param>
internal sealed record ShapeReport(
    long? Layers, long? Embedding, long? Hidden, long? Heads, long? KeyValueHeads, long? HeadDimension, long? Vocabulary, long? Context);

/// <summary>The tensors of one format.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Tensors">How many.</param>
/// <param name="Elements">Elements of all of them.</param>
/// <param name="Bytes">Bytes of all of them; null for a format that ggml does not have.</param>
internal sealed record FormatReport(string Format, int Tensors, long Elements, long? Bytes);

/// <summary>What the compiled model takes.</summary>
/// <param name="ContextLength">Tokens that a session holds.</param>
/// <param name="KeyValueFormat">Format of keys and values.</param>
/// <param name="WeightBytes">Packed weights.</param>
/// <param name="StateBytes">What a session remembers: keys and values, and states of a fixed size.</param>
/// <param name="ScratchBytes">Buffers of the forward pass.</param>
/// <param name="BytesOfToken">Bytes of weights that a decoded token reads.</param>
/// <param name="OperationsOfToken">Operations that it does on them.</param>
/// <param name="ExpertBytesOfToken">Of the bytes that a decoded token reads, those of experts.</param>
/// <param name="ExpertBytes">Bytes of all experts; 0: there are none.</param>
internal sealed record PlanReport(
    int ContextLength,
    KeyValueFormat KeyValueFormat,
    long WeightBytes,
    long StateBytes,
    long ScratchBytes,
    long BytesOfToken,
    long OperationsOfToken,
    long ExpertBytesOfToken,
    long ExpertBytes);
