using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Templates;
using ModelGen.Vocabularies;

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
/// <param name="Rotaries">Rotary embeddings.</param>
/// <param name="Slopes">Slope of each head's linear biases; empty where the model has none.</param>
/// <param name="ActivationParameters">αp, αn, β and ε of xIELU, a layer after the other; empty where the model has another function.</param>
/// <param name="Logits">The logits, and what is done to them behind their matrix.</param>
/// <param name="Head">Steps from x to the logits.</param>
/// <param name="Kernels">All kernels, by name.</param>
/// <param name="TokenCost">What a decoded token costs.</param>
/// <param name="PreTokenizer">What cuts text into words.</param>
/// <param name="ChatTemplates">Chat templates, the one without a name first.</param>
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
    EquatableArray<RotaryPlan> Rotaries,
    EquatableArray<float> Slopes,
    EquatableArray<float> ActivationParameters,
    LogitPlan Logits,
    EquatableArray<Step> Head,
    EquatableArray<KernelPlan> Kernels,
    TokenCost TokenCost,
    PreTokenizerKind PreTokenizer,
    EquatableArray<ChatTemplatePlan> ChatTemplates)
{
    public BufferPlan Buffer(string name) => Buffers.First(buffer => buffer.Name == name);

    /// <summary>Bytes of a session beside its keys and values: scratch and logits.</summary>
    public long OtherSessionBytes => ScratchBytes + Logits.Bytes;

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

/// <summary>x = norm(Scale · E[token] + P[position]), the parts that the model has.</summary>
/// <param name="Kernel">Embed kernel.</param>
/// <param name="Offset">Bytes of the matrix from the start of the weights.</param>
/// <param name="Format">Its format.</param>
/// <param name="Scale">Factor of the row.</param>
/// <param name="ScaleKernel">Multiplies the row; null where the factor is 1.</param>
/// <param name="Positions">Learned embedding of positions; null: none.</param>
/// <param name="Norm">Norm of x, in place; null: none.</param>
internal sealed record EmbeddingPlan(
    string Kernel, long Offset, string Format, float Scale, string? ScaleKernel, PositionsPlan? Positions, NormStep? Norm);

/// <summary>x += P[position].</summary>
/// <param name="Kernel">Embed kernel.</param>
/// <param name="Offset">Bytes of the matrix from the start of the weights.</param>
/// <param name="Buffer">Buffer of one row.</param>
/// <param name="AddKernel">Adds the row.</param>
internal sealed record PositionsPlan(string Kernel, long Offset, string Buffer, string AddKernel);

/// <summary>
/// logits = SoftCap(Scale · (logits + bias)), the parts that the model has. Callers get to see them, so they are no scratch buffer but lie in
/// managed memory of the session.
/// </summary>
/// <param name="Count">Floats that are written: the vocabulary, padded to whole strips of rows.</param>
/// <param name="Bias">Where the bias lies; null: none.</param>
/// <param name="BiasKernel">Adds it.</param>
/// <param name="Scale">Factor.</param>
/// <param name="ScaleKernel">Multiplies; null where the factor is 1.</param>
/// <param name="SoftCapKernel">Bounds the logits; null: none.</param>
internal sealed record LogitPlan(
    int Count, WeightReference? Bias, string? BiasKernel, float Scale, string? ScaleKernel, string? SoftCapKernel)
{
    public long Bytes => Count * (long)sizeof(float);
}

/// <summary>Bytes read and operations done for one decoded token, the key/value buffers not counted.</summary>
internal sealed record TokenCost(long WeightBytes, long Operations);
