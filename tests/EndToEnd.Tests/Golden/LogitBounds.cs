using System.Linq;
using ModelGen.Architectures;
using ModelGen.Gguf;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>How far from llama.cpp's recorded logits those of float models may be, relative to their size.</summary>
internal static class LogitBounds
{
    /// <summary>
    /// Both engines add some hundred float32 products in their own order: 3e-7 is usual, 2e-6 is measured behind 64 layers.
    /// </summary>
    public const double Float = 1e-5;

    // llama.cpp's GELU is a table of half floats, and of the tanh approximation where the model has the exact function: up to 5e-4 is measured.
    private const double Table = 1e-3;

    /// <summary>The bound for a model's file.</summary>
    public static double Of(string path) => Architecture.Recognise(GgufHeaderReader.ReadFile(path).Header).Spec!.Layers
        .Any(layer => layer.Network?.Function.Function is ActivationFunction.Gelu or ActivationFunction.ExactGelu) ? Table : Float;
}
