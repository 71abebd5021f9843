using System.Collections.Generic;
using System.Globalization;
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
/// <param name="ContextLength">Tokens that a session holds at most.</param>
/// <param name="BatchRows">Rows of a batch at most; every kernel's tile divides it.</param>
/// <param name="TextRows">Rows of the texts that an encoder takes at once, batch by batch; 0: it is a decoder.</param>
/// <param name="WeightBytes">Bytes of the packed weights.</param>
/// <param name="KeyValueFormat">Format of keys and values.</param>
/// <param name="State">What a sequence remembers.</param>
/// <param name="Weights">Fields of the weights of a layer, and their offsets.</param>
/// <param name="Buffers">Buffers of the forward pass.</param>
/// <param name="ScratchBytes">Bytes that the buffers take.</param>
/// <param name="Beginning">Steps from tokens and positions to x.</param>
/// <param name="LayerKinds">Distinct kinds of layers: their steps.</param>
/// <param name="LayerParts">What several kinds have in common.</param>
/// <param name="KindOfLayer">Index into LayerKinds, a layer.</param>
/// <param name="Head">Steps from x to the logits.</param>
/// <param name="Jobs">All steps, each once, with the names of their jobs.</param>
/// <param name="Selection">Where the rows that nobody wants logits of are done.</param>
/// <param name="AttentionPatterns">How the work of attentions is shared out.</param>
/// <param name="ExpertPatterns">How rows go to experts.</param>
/// <param name="Slopes">Slope of each head's linear biases; empty where the model has none.</param>
/// <param name="ActivationParameters">αp, αn, β and ε of xIELU, a layer after the other; empty where the model has another function.</param>
/// <param name="Kernels">All kernels, by name.</param>
/// <param name="Shapes">Shapes of the products, by name.</param>
/// <param name="TokenCost">What a decoded token costs.</param>
/// <param name="PreTokenizer">What cuts text into words.</param>
/// <param name="ChatTemplates">Chat templates, the one without a name first.</param>
/// <param name="VectorLayers">What an encoder's pooled vector goes through.</param>
internal sealed record ModelPlan(
    ModelSpec Spec,
    string FileName,
    string HeaderHash,
    string ShapeHash,
    int ContextLength,
    int BatchRows,
    int TextRows,
    long WeightBytes,
    KeyValueFormat KeyValueFormat,
    StatePlan State,
    WeightTable Weights,
    EquatableArray<BufferPlan> Buffers,
    long ScratchBytes,
    EquatableArray<Step> Beginning,
    EquatableArray<LayerKind> LayerKinds,
    EquatableArray<LayerPart> LayerParts,
    EquatableArray<int> KindOfLayer,
    EquatableArray<Step> Head,
    EquatableArray<JobPlan> Jobs,
    SelectionPlan Selection,
    EquatableArray<AttentionPattern> AttentionPatterns,
    EquatableArray<ExpertPattern> ExpertPatterns,
    EquatableArray<float> Slopes,
    EquatableArray<float> ActivationParameters,
    EquatableArray<KernelPlan> Kernels,
    EquatableArray<ProductShape> Shapes,
    TokenCost TokenCost,
    PreTokenizerKind PreTokenizer,
    EquatableArray<ChatTemplatePlan> ChatTemplates,
    EquatableArray<VectorLayerPlan> VectorLayers)
{
    /// <summary>The forward pass of the source text's encoder; null: there is no such text.</summary>
    public ModelPlan? Source { get; init; }

    /// <summary>
    /// Steps from an encoder's x to the terms' logits, which are taken in place of the head where terms are asked for; empty: it has none.
    /// </summary>
    public EquatableArray<Step> Terms { get; init; } = EquatableArray<Step>.Empty;

    /// <summary>Bytes of the buffers of all forward passes.</summary>
    public long AllScratchBytes => ScratchBytes + (Source?.ScratchBytes ?? 0);

    /// <summary>The step that writes the logits; null: it is an encoder.</summary>
    public LogitsStep? Logits => Head.OfType<LogitsStep>().SingleOrDefault();

    /// <summary>Biases of scores by distance; null: there are none.</summary>
    public DistanceBiasPlan? DistanceBias => Jobs.Select(job => job.Step).OfType<AttentionStep>().Select(step => step.DistanceBias).FirstOrDefault(bias => bias is not null);

    /// <summary>Bytes of what a session remembers of its text.</summary>
    public long StateBytes => State.BytesOf(ContextLength, BatchRows);

    /// <summary>Bytes of the logits of a session.</summary>
    public long LogitBytes => (Logits?.Count ?? 0) * (long)sizeof(float);

    /// <summary>Bytes of the model with one session of a full context.</summary>
    public long MemoryBytes => WeightBytes + StateBytes + LogitBytes + AllScratchBytes;

    /// <summary>The job of a step.</summary>
    public JobPlan JobOf(Step step) => Jobs.First(job => job.Step == step);

    public BufferPlan Buffer(string name) => Buffers.First(buffer => buffer.Name == name);

    public KernelPlan Kernel(string name) => Kernels.First(kernel => kernel.Name == name);
}

/// <summary>A layer behind an encoder's pooling, and where its parts lie, in bytes from the start of the weights.</summary>
/// <param name="Spec">The layer.</param>
/// <param name="Weight">Its weights.</param>
/// <param name="Bias">Its bias; null: none.</param>
/// <param name="Norm">Weights of its norm; null: none.</param>
internal sealed record VectorLayerPlan(VectorLayerSpec Spec, long Weight, long? Bias, long? Norm);

/// <summary>The weights of a layer as a struct of pointers, and the offsets that fill it.</summary>
/// <param name="Fields">Field names in the order of the offsets.</param>
/// <param name="Rows">A row a layer.</param>
internal sealed record WeightTable(EquatableArray<WeightField> Fields, EquatableArray<WeightRow> Rows);

/// <summary>A field of the layer's weights.</summary>
internal sealed record WeightField(string Name, WeightKind Kind);

/// <summary>What a field of the layer's weights is.</summary>
internal enum WeightKind
{
    /// <summary>A pointer to packed strips.</summary>
    Matrix,

    /// <summary>A pointer to floats.</summary>
    Vector,

    /// <summary>A pointer to biases by distance, which are spread out of a vector of them by bucket.</summary>
    DistanceBias,

    /// <summary>Bytes from the start of a page, or of a fixed state, to what the layer remembers.</summary>
    StateOffset,
}

/// <summary>Offsets of one layer's fields; -1 where its kind has no such field.</summary>
internal sealed record WeightRow(EquatableArray<long> Offsets);

/// <summary>Layers that do the same steps run the same code.</summary>
/// <param name="Description">Their matrices and formats, for the reader.</param>
/// <param name="Steps">Steps in order.</param>
/// <param name="NetworkFrom">Index of the first one behind those of the mixers.</param>
internal sealed record LayerKind(string Description, EquatableArray<Step> Steps, int NetworkFrom)
{
    /// <summary>The last of a layer's steps that writes what other rows read.</summary>
    public static int LastOfState(EquatableArray<Step> steps) => Enumerable.Range(0, steps.Count).Last(i => steps[i].WritesState);

    /// <summary>The steps in two halves: those up to the mixers' end, and those of the network, with the index of the first of each.</summary>
    public IEnumerable<(int First, EquatableArray<Step> Steps)> Halves => new[]
    {
        (0, Steps.Take(NetworkFrom).ToEquatableArray()), (NetworkFrom, Steps.Skip(NetworkFrom).ToEquatableArray()),
    };
}

/// <summary>Half of the steps of several kinds of layers, which stands once.</summary>
/// <param name="Name">Name of its method.</param>
/// <param name="Steps">The steps.</param>
internal sealed record LayerPart(string Name, EquatableArray<Step> Steps)
{
    /// <summary>The halves that some of these kinds share.</summary>
    public static IEnumerable<LayerPart> Of(IReadOnlyCollection<LayerKind> kinds) => new[] { "Mixer", "Network" }.SelectMany((name, half) => kinds
        .Select(kind => kind.Halves.ElementAt(half).Steps).Where(steps => steps.Count > 1)
        .GroupBy(steps => steps).Where(same => same.Skip(1).Any())
        .Select((same, number) => new LayerPart(name + number.ToString(CultureInfo.InvariantCulture), same.Key)));
}

/// <summary>A step and the name of its job.</summary>
internal sealed record JobPlan(string Name, Step Step);

/// <summary>Behind a step the rows that nobody wants logits of are dropped: they have left their state.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Step">Index of the step in it.</param>
/// <param name="Buffers">Buffers of which the other rows move together.</param>
internal sealed record SelectionPlan(int Layer, int Step, EquatableArray<string> Buffers);

/// <summary>What one decoded token costs, the keys and values not counted.</summary>
/// <param name="WeightBytes">Bytes of weights that are read.</param>
/// <param name="Operations">Multiplications and additions.</param>
/// <param name="ExpertBytes">Those of WeightBytes that are of experts.</param>
/// <param name="AllExpertBytes">Bytes of all experts.</param>
internal sealed record TokenCost(long WeightBytes, long Operations, long ExpertBytes, long AllExpertBytes);
