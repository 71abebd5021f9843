using System;
using System.Globalization;
using System.Linq;
using ModelGen.Formats;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>Which formats the matrices of a model have.</summary>
/// <param name="Name">As files are named.</param>
/// <param name="Usual">The format of most matrices.</param>
/// <param name="Finer">That of values and of what leads down, in every other layer.</param>
/// <param name="Head">That of the output head, or of the token embedding where it is the head.</param>
internal sealed record FormatMix(string Name, string Usual, string Finer, string Head)
{
    /// <summary>All matrices in floats.</summary>
    public static FormatMix Floats { get; } = Of("F32");

    /// <summary>That of up matrices; null: as the mix says.</summary>
    public string? OfUp { get; init; }

    /// <summary>Whether rows may have any length.</summary>
    public bool TakesNarrowModels => new[] { Usual, Finer, Head }.All(name => GgmlType.Find(name)!.BlockLength == 1);

    /// <summary>A mix of one format.</summary>
    public static FormatMix Of(string format) => new(format, format, format, format);

    /// <summary>The format of a matrix.</summary>
    public GgmlType FormatOf(string tensor, bool isHead)
    {
        string[] parts = tensor.Split('.');
        bool isFiner = parts is ["blk", var layer, "attn_v" or "attn_qkv" or "ffn_down" or "ffn_down_exps", ..]
            && int.Parse(layer, CultureInfo.InvariantCulture) % 2 == 1;
        if (OfUp is not null && parts is ["blk", _, "ffn_up" or "ffn_up_exps" or "ffn_up_shexp", ..])
        {
            return GgmlType.Find(OfUp)!;
        }

        string name = isHead ? Head : isFiner ? Finer : Usual;
        return GgmlType.Find(name) ?? throw new ArgumentException($"There is no format {name}.", nameof(tensor));
    }
}
