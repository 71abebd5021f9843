using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;

namespace ModelGen.Generator.Plan;

/// <summary>Everything that is decided about a model before a line of code is written.</summary>
/// <param name="Spec">What it computes.</param>
/// <param name="FileName">Name of the GGUF file.</param>
/// <param name="HeaderHash">Which file it is.</param>
/// <param name="ShapeHash">What the code depends on.</param>
/// <param name="ContextLength">Tokens that a session holds.</param>
/// <param name="PrefillTokens">Tokens of a prefill batch at most; every kernel's tile divides it.</param>
/// <param name="WeightBytes">Bytes of the packed weights.</param>
/// <param name="KeyValue">Layout of the key/value buffers.</param>
/// <param name="Weights">Fields of the weights of a layer, and their offsets.</param>
/// <param name="Buffers">Buffers of the forward pass.</param>
/// <param name="ScratchBytes">Bytes that the buffers take.</param>
/// <param name="LayerKinds">Distinct kinds of layers: their steps.</param>
/// <param name="KindOfLayer">Index into LayerKinds, a layer.</param>
/// <param name="Embedding">How a token becomes a row of x.</param>
/// <param name="RotaryFactorsOffset">Bytes of the factors that divide the rotation's frequencies from the start of the weights, or null.</param>
/// <param name="Head">Steps from x to the logits.</param>
/// <param name="Kernels">All kernels, by name.</param>
/// <param name="TokenCost">What a decoded token costs.</param>
internal sealed record ModelPlan(
    ModelSpec Spec,
    string FileName,
    string HeaderHash,
    string ShapeHash,
    int ContextLength,
    int PrefillTokens,
    long WeightBytes,
    KeyValuePlan KeyValue,
    WeightTable Weights,
    EquatableArray<BufferPlan> Buffers,
    long ScratchBytes,
    EquatableArray<LayerKind> LayerKinds,
    EquatableArray<int> KindOfLayer,
    EmbeddingPlan Embedding,
    long? RotaryFactorsOffset,
    EquatableArray<Step> Head,
    EquatableArray<KernelPlan> Kernels,
    TokenCost TokenCost)
{
    public BufferPlan Buffer(string name) => Buffers.First(buffer => buffer.Name == name);

    public KernelPlan Kernel(string name) => Kernels.First(kernel => kernel.Name == name);
}

/// <summary>The weights of a layer as a struct of pointers, and the offsets that fill it.</summary>
/// <param name="Fields">Field names in the order of the offsets.</param>
/// <param name="Rows">A row a layer.</param>
internal sealed record WeightTable(EquatableArray<WeightField> Fields, EquatableArray<WeightRow> Rows);

/// <summary>A field of the layer's weights.</summary>
internal sealed record WeightField(string Name, bool IsVector);

/// <summary>Byte offsets of one layer's fields; -1 where its kind has no such field.</summary>
internal sealed record WeightRow(EquatableArray<long> Offsets);

/// <summary>Layers whose tensors have the same formats run the same code.</summary>
/// <param name="Formats">The formats, for the reader.</param>
/// <param name="Steps">Steps in order.</param>
internal sealed record LayerKind(string Formats, EquatableArray<Step> Steps);

/// <summary>x = E[token].</summary>
/// <param name="Kernel">Embed kernel.</param>
/// <param name="Offset">Bytes of the matrix from the start of the weights.</param>
/// <param name="Format">Its format.</param>
internal sealed record EmbeddingPlan(string Kernel, long Offset, string Format);

/// <summary>Bytes read and operations done for one decoded token, the key/value buffers not counted.</summary>
internal sealed record TokenCost(long WeightBytes, long Operations);
