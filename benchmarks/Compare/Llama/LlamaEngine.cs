using System;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Llama;

/// <summary>
/// A model in llama.cpp with the settings of its own benchmark: mapped file, weights laid out anew for the processor, 16-bit keys and
/// values, flash attention where it chooses so, logits of a batch's last token only, a thread pool that lives across calls.
/// </summary>
internal sealed unsafe class LlamaEngine : IEngine
{
    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly nint _context;
    private readonly int _threads;
    private readonly nint _pool;

    // For several sequences: made when it is first asked for, because more sequences change how a context lays its memory out.
    private nint _together;

    /// <param name="library">llama.cpp.</param>
    /// <param name="modelPath">The GGUF file.</param>
    /// <param name="threads">Threads for prompts and for single tokens.</param>
    /// <param name="contextLength">Tokens that the context holds.</param>
    /// <exception cref="InvalidOperationException">llama.cpp refuses the model.</exception>
    public LlamaEngine(LlamaLibrary library, string modelPath, int threads, int contextLength)
    {
        _library = library;
        _model = library.LoadMapped(modelPath);
        VocabularySize = library.VocabularySize(library.Vocabulary(_model));
        _threads = threads;
        _pool = library.CreateThreadPool(threads);
        _context = CreateContext(contextLength, sequences: 1);
    }

    public int VocabularySize { get; }

    public string Description => _library.Version + ", " + LlamaLibrary.CpuLibrary;

    public ReadOnlySpan<float> Evaluate(scoped ReadOnlySpan<int> tokens)
    {
        fixed (int* ids = tokens)
        {
            int status = _library.Decode(_context, _library.BatchOf(ids, tokens.Length));
            if (status != 0)
            {
                throw new InvalidOperationException($"llama_decode answers {status}: {LlamaLibrary.LastLog}");
            }
        }

        _library.Synchronize(_context);
        return new ReadOnlySpan<float>(_library.Logits(_context, -1), VocabularySize);
    }

    /// <summary>All sequences in one batch a step, each with its logits, as llama.cpp's own server does.</summary>
    public ReadOnlySpan<float> EvaluateTogether(int[][] texts)
    {
        if (_together == 0)
        {
            _together = CreateContext(texts.Length * texts[0].Length, texts.Length);
        }

        LlamaBatch batch = _library.NewBatch(texts.Length, 0, 1);
        for (int position = 0; position < texts[0].Length; position++)
        {
            batch.Tokens = texts.Length;
            for (int i = 0; i < texts.Length; i++)
            {
                ((int*)batch.Token)[i] = texts[i][position];
                ((int*)batch.Position)[i] = position;
                ((int*)batch.SequenceCount)[i] = 1;
                ((int**)batch.SequenceIds)[i][0] = i;
                ((byte*)batch.Logits)[i] = 1;
            }

            int status = _library.Decode(_together, batch);
            if (status != 0)
            {
                throw new InvalidOperationException($"llama_decode answers {status}: {LlamaLibrary.LastLog}");
            }

            _library.Synchronize(_together);
        }

        _library.FreeBatch(batch);
        float* logits = _library.Logits(_together, 0);
        for (int i = 0; i < texts.Length; i++)
        {
            _library.RemoveTokens(_library.Memory(_together), i, 0, -1);
        }

        return new ReadOnlySpan<float>(logits, VocabularySize);
    }

    public void Rewind(int position)
    {
        const int sequence = 0;
        const int toTheEnd = -1;
        if (_library.RemoveTokens(_library.Memory(_context), sequence, position, toTheEnd) == 0)
        {
            throw new InvalidOperationException("llama.cpp cannot rewind this model's memory.");
        }
    }

    public void Dispose()
    {
        if (_together != 0)
        {
            _library.FreeContext(_together);
        }

        _library.FreeContext(_context);
        _library.FreeModel(_model);
    }

    private nint CreateContext(int length, int sequences)
    {
        LlamaContextParams parameters = _library.ContextDefaults();
        parameters.ContextLength = (uint)length;
        parameters.MaxSequences = (uint)sequences;
        parameters.Threads = _threads;
        parameters.BatchThreads = _threads;
        parameters.NoPerformanceCounters = 1;
        nint context = _library.CreateContext(_model, parameters);
        if (context == 0)
        {
            throw new InvalidOperationException("llama.cpp cannot create a context: " + LlamaLibrary.LastLog);
        }

        _library.AttachThreadPool(context, _pool, 0);
        return context;
    }
}
