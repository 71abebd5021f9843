using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Llama;

/// <summary>
/// An encoder in llama.cpp with its own defaults: mapped file, weights laid out anew for the processor, flash attention where it chooses
/// so, a thread pool that lives across calls, texts of a batch side by side as its own server has them.
/// </summary>
internal sealed unsafe class LlamaEncoder : IEncoder
{
    private const int MostSequences = 64;
    private const int MeanPooling = 1;

    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly int _width;
    private readonly int _threads;
    private readonly nint _pool;
    private readonly int _contextLength;
    private readonly Dictionary<int, nint> _contexts = [];

    /// <param name="library">llama.cpp.</param>
    /// <param name="modelPath">The GGUF file.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="contextLength">Tokens of the longest text.</param>
    /// <exception cref="InvalidOperationException">llama.cpp refuses the model.</exception>
    public LlamaEncoder(LlamaLibrary library, string modelPath, int threads, int contextLength)
    {
        _library = library;
        _model = library.LoadMapped(modelPath);
        VocabularySize = library.VocabularySize(library.Vocabulary(_model));
        _width = library.OutputLength(_model);
        _threads = threads;
        _pool = library.CreateThreadPool(threads);
        _contextLength = contextLength;
    }

    public int VocabularySize { get; }

    public string Description => _library.Version + ", " + LlamaLibrary.CpuLibrary;

    // Tokens of a batch.
    public IReadOnlyList<int> GroupSizes => [256, 512, 1024, 2048];

    public float[] Embed(int[] text) => EmbedGroup(Context(_contextLength, 1), [text])[0];

    public float[][] Embed(int[][] texts, int groupSize)
    {
        nint context = Context(groupSize, MostSequences);
        float[][] vectors = new float[texts.Length][];
        for (int first = 0, end; first < texts.Length; first = end)
        {
            int tokens = 0;
            for (end = first; end < texts.Length && end - first < MostSequences && tokens + texts[end].Length <= groupSize; end++)
            {
                tokens += texts[end].Length;
            }

            EmbedGroup(context, texts[first..end]).CopyTo(vectors, first);
        }

        return vectors;
    }

    public void Dispose()
    {
        foreach (nint context in _contexts.Values)
        {
            _library.FreeContext(context);
        }

        _library.FreeModel(_model);
    }

    private float[][] EmbedGroup(nint context, int[][] texts)
    {
        LlamaBatch batch = _library.NewBatch(texts.Sum(text => text.Length), 0, 1);
        for (int i = 0; i < texts.Length; i++)
        {
            for (int position = 0; position < texts[i].Length; position++)
            {
                int row = batch.Tokens++;
                ((int*)batch.Token)[row] = texts[i][position];
                ((int*)batch.Position)[row] = position;
                ((int*)batch.SequenceCount)[row] = 1;
                ((int**)batch.SequenceIds)[row][0] = i;
                ((byte*)batch.Logits)[row] = 1;
            }
        }

        int status = _library.Encode(context, batch);
        _library.FreeBatch(batch);
        if (status != 0)
        {
            throw new InvalidOperationException($"llama_encode answers {status}: {LlamaLibrary.LastLog}");
        }

        _library.Synchronize(context);
        float[][] vectors = new float[texts.Length][];
        for (int i = 0; i < texts.Length; i++)
        {
            ReadOnlySpan<float> pooled = new(_library.SequenceEmbedding(context, i), _width);
            float sum = 0;
            foreach (float value in pooled)
            {
                sum += value * value;
            }

            float scale = 1 / MathF.Sqrt(sum);
            vectors[i] = new float[_width];
            for (int j = 0; j < _width; j++)
            {
                vectors[i][j] = pooled[j] * scale;
            }
        }

        return vectors;
    }

    // A context a size: an encoder takes a batch whole, and what it reserves follows from the largest.
    private nint Context(int tokens, int sequences)
    {
        int key = sequences == 1 ? 0 : tokens;
        if (_contexts.TryGetValue(key, out nint context))
        {
            return context;
        }

        LlamaContextParams parameters = _library.ContextDefaults();
        parameters.ContextLength = (uint)tokens;
        parameters.Batch = (uint)tokens;
        parameters.MicroBatch = (uint)tokens;
        parameters.MaxSequences = (uint)sequences;
        parameters.UnifiedKeyValue = 1;
        parameters.Threads = _threads;
        parameters.BatchThreads = _threads;
        parameters.Embeddings = 1;
        parameters.PoolingType = MeanPooling;
        parameters.NoPerformanceCounters = 1;
        context = _library.CreateContext(_model, parameters);
        if (context == 0)
        {
            throw new InvalidOperationException("llama.cpp cannot create a context: " + LlamaLibrary.LastLog);
        }

        _library.AttachThreadPool(context, _pool, 0);
        _contexts.Add(key, context);
        return context;
    }
}
