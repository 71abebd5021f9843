using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelGen.Compare.Llama;

/// <summary>
/// The functions of a prebuilt llama.cpp. They are called through pointers: that leaves less to the JIT than a stub for each, and so less
/// in the time to the first token that is not llama.cpp's own.
/// </summary>
internal sealed unsafe class LlamaLibrary
{
    // ggml type ids; llama.cpp keeps keys and values as 16-bit floats unless told otherwise.
    private const int F16 = 1;
    private const int LoadModeMemoryMapped = 1;
    private const int DefaultBatch = 2048;
    private const int DefaultMicroBatch = 512;

    public readonly delegate* unmanaged[Cdecl]<LlamaModelParams> ModelDefaults;
    public readonly delegate* unmanaged[Cdecl]<LlamaContextParams> ContextDefaults;
    public readonly delegate* unmanaged[Cdecl]<byte*, LlamaModelParams, nint> LoadModel;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaContextParams, nint> CreateContext;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> Vocabulary;
    public readonly delegate* unmanaged[Cdecl]<nint, int> VocabularySize;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, int*, int, byte, byte, int> Tokenize;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> Memory;
    public readonly delegate* unmanaged[Cdecl]<nint, int, int, int, byte> RemoveTokens;
    public readonly delegate* unmanaged[Cdecl]<int*, int, LlamaBatch> BatchOf;
    public readonly delegate* unmanaged[Cdecl]<int, int, int, LlamaBatch> NewBatch;
    public readonly delegate* unmanaged[Cdecl]<LlamaBatch, void> FreeBatch;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> Decode;
    public readonly delegate* unmanaged[Cdecl]<nint, LlamaBatch, int> Encode;
    public readonly delegate* unmanaged[Cdecl]<nint, int, float*> SequenceEmbedding;
    public readonly delegate* unmanaged[Cdecl]<nint, int> OutputLength;
    public readonly delegate* unmanaged[Cdecl]<nint, void> Synchronize;
    public readonly delegate* unmanaged[Cdecl]<nint, int, float*> Logits;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, nint, void> AttachThreadPool;
    public readonly delegate* unmanaged[Cdecl]<nint, void> FreeContext;
    public readonly delegate* unmanaged[Cdecl]<nint, void> FreeModel;

    private static readonly StringBuilder Log = new();

    private readonly delegate* unmanaged[Cdecl]<GgmlThreadPoolParams*, int, void> _threadPoolDefaults;
    private readonly delegate* unmanaged[Cdecl]<GgmlThreadPoolParams*, nint> _newThreadPool;

    /// <param name="folder">Folder with libllama*.so and the libraries of ggml.</param>
    /// <exception cref="InvalidOperationException">A library is missing, or has another layout than this program's.</exception>
    public LlamaLibrary(string folder)
    {
        // In the order of their dependencies: each finds the ones before it loaded.
        nint ggmlBase = Load(folder, "libggml-base.so*");
        nint ggml = Load(folder, "libggml.*so*");
        nint llama = Load(folder, "libllama.*so*");

        ModelDefaults = (delegate* unmanaged[Cdecl]<LlamaModelParams>)Find(llama, "llama_model_default_params");
        ContextDefaults = (delegate* unmanaged[Cdecl]<LlamaContextParams>)Find(llama, "llama_context_default_params");
        LoadModel = (delegate* unmanaged[Cdecl]<byte*, LlamaModelParams, nint>)Find(llama, "llama_model_load_from_file");
        CreateContext = (delegate* unmanaged[Cdecl]<nint, LlamaContextParams, nint>)Find(llama, "llama_init_from_model");
        Vocabulary = (delegate* unmanaged[Cdecl]<nint, nint>)Find(llama, "llama_model_get_vocab");
        VocabularySize = (delegate* unmanaged[Cdecl]<nint, int>)Find(llama, "llama_vocab_n_tokens");
        Tokenize = (delegate* unmanaged[Cdecl]<nint, byte*, int, int*, int, byte, byte, int>)Find(llama, "llama_tokenize");
        Memory = (delegate* unmanaged[Cdecl]<nint, nint>)Find(llama, "llama_get_memory");
        RemoveTokens = (delegate* unmanaged[Cdecl]<nint, int, int, int, byte>)Find(llama, "llama_memory_seq_rm");
        BatchOf = (delegate* unmanaged[Cdecl]<int*, int, LlamaBatch>)Find(llama, "llama_batch_get_one");
        NewBatch = (delegate* unmanaged[Cdecl]<int, int, int, LlamaBatch>)Find(llama, "llama_batch_init");
        FreeBatch = (delegate* unmanaged[Cdecl]<LlamaBatch, void>)Find(llama, "llama_batch_free");
        Decode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)Find(llama, "llama_decode");
        Encode = (delegate* unmanaged[Cdecl]<nint, LlamaBatch, int>)Find(llama, "llama_encode");
        SequenceEmbedding = (delegate* unmanaged[Cdecl]<nint, int, float*>)Find(llama, "llama_get_embeddings_seq");
        OutputLength = (delegate* unmanaged[Cdecl]<nint, int>)Find(llama, "llama_model_n_embd_out");
        Synchronize = (delegate* unmanaged[Cdecl]<nint, void>)Find(llama, "llama_synchronize");
        Logits = (delegate* unmanaged[Cdecl]<nint, int, float*>)Find(llama, "llama_get_logits_ith");
        AttachThreadPool = (delegate* unmanaged[Cdecl]<nint, nint, nint, void>)Find(llama, "llama_attach_threadpool");
        FreeContext = (delegate* unmanaged[Cdecl]<nint, void>)Find(llama, "llama_free");
        FreeModel = (delegate* unmanaged[Cdecl]<nint, void>)Find(llama, "llama_model_free");

        // The log says why a model cannot be loaded; else nobody sees it.
        var setLog = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, nint, void>, nint, void>)Find(llama, "llama_log_set");
        setLog(&KeepLog, 0);
        var loadBackends = (delegate* unmanaged[Cdecl]<byte*, void>)Find(ggml, "ggml_backend_load_all_from_path");
        fixed (byte* path = NullTerminated(folder))
        {
            loadBackends(path);
        }

        ((delegate* unmanaged[Cdecl]<void>)Find(llama, "llama_backend_init"))();
        CheckLayout();
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)Find(llama, "llama_version"))()) ?? "";

        // The CPU's backend is one of several plug-ins, and its functions are asked for by name.
        var registration = (delegate* unmanaged[Cdecl]<byte*, nint>)Find(ggml, "ggml_backend_reg_by_name");
        var procedure = (delegate* unmanaged[Cdecl]<nint, byte*, nint>)Find(ggmlBase, "ggml_backend_reg_get_proc_address");
        fixed (byte* cpu = "CPU\0"u8, name = "ggml_threadpool_new\0"u8)
        {
            nint backend = registration(cpu);
            nint function = backend == 0 ? 0 : procedure(backend, name);
            _newThreadPool = function == 0
                ? throw new InvalidOperationException("llama.cpp found no CPU backend for this processor in its folder.")
                : (delegate* unmanaged[Cdecl]<GgmlThreadPoolParams*, nint>)function;
        }

        _threadPoolDefaults = (delegate* unmanaged[Cdecl]<GgmlThreadPoolParams*, int, void>)Find(ggmlBase, "ggml_threadpool_params_init");
    }

    /// <summary>Version of llama.cpp.</summary>
    public string Version { get; }

    /// <summary>File name of the CPU backend that was loaded, which says for what processor it was compiled.</summary>
    public static string CpuLibrary => File.ReadLines("/proc/self/maps")
        .Where(line => line.Contains("ggml-cpu", StringComparison.Ordinal))
        .Select(Path.GetFileName)
        .FirstOrDefault() ?? "";

    /// <summary>The last lines of llama.cpp's log.</summary>
    public static string LastLog
    {
        get
        {
            lock (Log)
            {
                return Log.ToString(int.Max(0, Log.Length - 2000), int.Min(2000, Log.Length));
            }
        }
    }

    /// <summary>Loads a model from a mapped file, for the processor alone.</summary>
    /// <exception cref="InvalidOperationException">llama.cpp refuses it.</exception>
    public nint LoadMapped(string modelPath)
    {
        LlamaModelParams parameters = ModelDefaults();
        parameters.LoadMode = LoadModeMemoryMapped;
        parameters.GpuLayers = 0;
        fixed (byte* path = NullTerminated(modelPath))
        {
            nint model = LoadModel(path, parameters);
            return model != 0 ? model : throw new InvalidOperationException("llama.cpp cannot load the model: " + LastLog);
        }
    }

    /// <summary>A thread pool that lives across calls, as llama.cpp's own programs have it.</summary>
    public nint CreateThreadPool(int threads)
    {
        GgmlThreadPoolParams parameters = default;
        _threadPoolDefaults(&parameters, threads);
        return _newThreadPool(&parameters);
    }

    public static byte[] NullTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static nint Load(string folder, string pattern)
    {
        string file = Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new InvalidOperationException($"There is no {pattern} in {folder}.");
        return NativeLibrary.Load(file);
    }

    private static void* Find(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address)
        ? (void*)address
        : throw new InvalidOperationException("This llama.cpp has no function " + name + "; the comparison is written for v0.5.0.");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void KeepLog(int level, byte* text, nint data)
    {
        lock (Log)
        {
            Log.Append(Marshal.PtrToStringUTF8((nint)text));
        }
    }

    // Another version may have other structs, and a wrong field would be a wrong measurement.
    private void CheckLayout()
    {
        LlamaModelParams model = ModelDefaults();
        LlamaContextParams context = ContextDefaults();
        if (model.UseExtraBuffers != 1
            || model.VocabularyOnly != 0
            || context.Batch != DefaultBatch
            || context.MicroBatch != DefaultMicroBatch
            || context.KeyType != F16
            || context.ValueType != F16)
        {
            throw new InvalidOperationException(
                "llama.h of this llama.cpp has another layout than this program's, which is that of v0.5.0; the defaults read through it are not the known ones.");
        }
    }
}
