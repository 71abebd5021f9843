using System;
using System.Text.RegularExpressions;
using ModelGen.Formats;

namespace ModelGen.Generator.Tests.Harness;

/// <summary>Which format a file's matrices have, as llama.cpp's mixes of these names choose them.</summary>
internal sealed record FileMix(string Name, Func<FileMix.Place, string> FormatOf)
{
    /// <summary>A number a block, and what its rows are too short for or too few to matter in floats.</summary>
    public static readonly FileMix Q8_0 = new("Q8_0", _ => "Q8_0");

    /// <summary>Four bits, six where they count most, and formats of shorter blocks for rows that blocks of 256 do not divide.</summary>
    public static readonly FileMix Q4_K_M = new("Q4_K_M", OfFourBits);

    /// <summary>Experts as they were trained, the rest of eight bits.</summary>
    public static readonly FileMix MXFP4 = new("MXFP4", place => place.Tensor.Contains("_exps", StringComparison.Ordinal) ? "MXFP4" : "Q8_0");

    // What quantisers leave as it is.
    private static readonly Regex Floats = new(@"ffn_gate_inp|ssm_x|ssm_dt|altup_router");
    private static readonly Regex Halves = new(@"altup|laurel|per_layer_model_proj");

    /// <summary>The id of a matrix's type.</summary>
    public int TypeOf(Place place)
    {
        string name = Floats.IsMatch(place.Tensor) ? "F32" : Halves.IsMatch(place.Tensor) ? "F16" : FormatOf(place);
        GgmlType type = GgmlType.Find(name)!;
        if (place.Columns % type.BlockLength != 0)
        {
            type = GgmlType.Find(name switch { "Q4_K" => "Q5_0", "Q5_K" => "Q5_1", "Q6_K" => "Q8_0", _ => "F16" })!;
        }

        return type.Id;
    }

    public override string ToString() => Name;

    private static string OfFourBits(Place place)
    {
        string name = place.Tensor;
        bool isHead = name == "output.weight" || (name == "token_embd.weight" && place.IsTied);
        bool mayHaveMore = Regex.IsMatch(name, @"attn_v\.|ffn_down");
        return isHead || (mayHaveMore && HasMoreBits(place.Layer, place.Layers)) ? "Q6_K"
            : name.Contains("attn_qkv", StringComparison.Ordinal) ? "Q5_K"
            : "Q4_K";
    }

    // The first and the last eighth of the layers, and every third between them.
    private static bool HasMoreBits(int layer, int layers) =>
        layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;

    /// <summary>A matrix of a model.</summary>
    /// <param name="Tensor">Its name.</param>
    /// <param name="Columns">Its columns.</param>
    /// <param name="Layer">Its layer.</param>
    /// <param name="Layers">Layers of the model.</param>
    /// <param name="IsTied">Whether the embedding is the head too.</param>
    public sealed record Place(string Tensor, int Columns, int Layer, int Layers, bool IsTied);
}
