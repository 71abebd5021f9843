using System;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Llama;

/// <summary>
/// A model in llama.cpp with the settings of its own benchmark: mapped file, weights laid out anew for the processor, 16-bit keys and
/// values, flash attention where it chooses so, logits of a batch's last token only, a thread pool that lives across calls.
/// </summary>
internal sealed unsafe class LlamaEngine : IEngine
{
    private const int LoadModeMemoryMapped = 1;

    private readonly LlamaLibrary _library;
    private readonly nint _model;
    private readonly nint _context;

    /// <param name="library">llama.cpp.</param>
    /// <param name="modelPath">The GGUF file.</param>
    /// <param name="threads">Threads for prompts and for single tokens.</param>
    /// <param name="contextLength">Tokens that the context holds.</param>
    /// <exception cref="InvalidOperationException">llama.cpp refuses the model.</exception>
    public LlamaEngine(LlamaLibrary library, string modelPath, int threads, int contextLength)
    {
        _library = library;
        LlamaModelParams modelParams = library.ModelDefaults();
        modelParams.LoadMode = LoadModeMemoryMapped;
        modelParams.GpuLayers = 0;
        fixed (byte* path = LlamaLibrary.NullTerminated(modelPath))
        {
            _model = library.LoadModel(path, modelParams);
        }

        if (_model == 0)
        {
            throw new InvalidOperationException("llama.cpp cannot load the model: " + LlamaLibrary.LastLog);
        }

        VocabularySize = library.VocabularySize(library.Vocabulary(_model));
        LlamaContextParams contextParams = library.ContextDefaults();
        contextParams.ContextLength = (uint)contextLength;
        contextParams.Threads = threads;
        contextParams.BatchThreads = threads;
        contextParams.NoPerformanceCounters = 1;
        _context = library.CreateContext(_model, contextParams);
        if (_context == 0)
        {
            throw new InvalidOperationException("llama.cpp cannot create a context: " + LlamaLibrary.LastLog);
        }

        library.AttachThreadPool(_context, library.CreateThreadPool(threads), 0);
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
        _library.FreeContext(_context);
        _library.FreeModel(_model);
    }
}
