using System;
using System.IO;
using System.Linq;
using ModelGen.Formats;
using ModelGen.Gguf;

namespace ModelGen.Compare.Building;

/// <summary>What a model's header says of the work.</summary>
/// <param name="Path">The GGUF file.</param>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Architecture">general.architecture.</param>
/// <param name="ContextLength">The longest text that the model was made for.</param>
/// <param name="ParameterCount">Elements of all tensors.</param>
/// <param name="BytesPerToken">
/// Bytes of weights that a decoded token reads: all tensors once, but of a token embedding that is not the output head as well only one
/// row, and of experts those that a token takes.
/// </param>
internal sealed record ModelFacts(
    string Path, string Name, string Architecture, int ContextLength, long ParameterCount, long BytesPerToken)
{
    private const string TokenEmbedding = "token_embd.weight";
    private const string Output = "output.weight";

    // In the names of tensors that have one matrix or vector an expert, the expert last.
    private const string Experts = "_exps.";

    /// <summary>Reads a file's header.</summary>
    /// <exception cref="ModelGenException">It is no GGUF file.</exception>
    public static ModelFacts Read(string path)
    {
        string fullPath = System.IO.Path.GetFullPath(path);
        GgufHeader header = GgufHeaderReader.ReadFile(fullPath).Header;
        string architecture = header.Find("general.architecture")?.Text ?? "";
        long context = header.Find(architecture + ".context_length")?.Integer ?? 0;
        bool hasOutput = header.Tensors.Any(tensor => tensor.Name == Output);
        long used = header.Find(architecture + ".expert_used_count")?.Integer ?? 0;
        long bytes = header.Tensors.Sum(tensor => tensor.Name switch
        {
            TokenEmbedding when hasOutput => RowBytes(tensor),
            _ when tensor.Name.Contains(Experts, StringComparison.Ordinal) => Bytes(tensor) / tensor.Shape[^1] * used,
            _ => Bytes(tensor),
        });
        return new ModelFacts(
            fullPath,
            System.IO.Path.GetFileNameWithoutExtension(fullPath),
            architecture,
            (int)long.Min(context, int.MaxValue),
            header.Tensors.Sum(tensor => tensor.ElementCount),
            bytes);
    }

    private static long Bytes(GgufTensor tensor) => RowBytes(tensor) * (tensor.ElementCount / tensor.Shape[0]);

    private static long RowBytes(GgufTensor tensor)
    {
        GgmlType type = GgmlType.Find(tensor.TypeId) ?? throw new InvalidDataException($"Tensor {tensor.Name} has the unknown {GgmlType.NameOf(tensor.TypeId)}.");
        return tensor.Shape[0] / type.BlockLength * type.BlockBytes;
    }
}
