using System.Collections.Generic;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Driver;

/// <summary>The encoder that is compiled into this program.</summary>
internal sealed class CompiledEncoderEngine(int threads) : IEncoder
{
    // What every ONNX file of the model does, and what the others are asked for.
    private static readonly EmbeddingOptions Mean = new() { Pooling = Pooling.Mean };

    private readonly ComparedModel _model = ComparedModel.Load(new LoadOptions { ThreadCount = threads });

    public int VocabularySize => _model.Info.VocabularySize;

    public string Description => _model.Info.InstructionSet.ToString();

    // All of them: the model groups texts itself.
    public IReadOnlyList<int> GroupSizes => [0];

    public float[] Embed(int[] text) => _model.Embed([text], Mean)[0];

    public float[][] Embed(int[][] texts, int groupSize) => _model.Embed(texts, Mean);

    public void Dispose() => _model.Dispose();
}
