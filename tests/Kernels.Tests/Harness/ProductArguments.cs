using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Kernels.Harness;

/// <summary>The type arguments of a product, as the generator declares them.</summary>
/// <param name="Columns">Columns of the matrix.</param>
/// <param name="InputStride">Bytes from one row of activations to the next.</param>
/// <param name="Accumulate">y += W·x instead of y = W·x.</param>
/// <param name="Rows">Rows of activations.</param>
/// <param name="PrefetchBytes">How far ahead weights are asked for.</param>
internal sealed record ProductArguments(int Columns, int InputStride, bool Accumulate, int Rows, int PrefetchBytes)
{
    public string ShapeName => FormattableString.Invariant($"Shape_{Columns}_{InputStride}_{Accumulate}");

    public string RowsName => FormattableString.Invariant($"Rows_{Rows}_{PrefetchBytes}");

    /// <summary>The interfaces and the types.</summary>
    public static string Declare(IEnumerable<ProductArguments> arguments)
    {
        var text = new StringBuilder("""
            internal interface IProductShape
            {
                static abstract int Columns { get; }
                static abstract int InputStride { get; }
                static abstract bool Accumulate { get; }
            }

            internal interface IProductRows
            {
                static abstract int Count { get; }
                static abstract int PrefetchBytes { get; }
            }

            """);
        foreach (ProductArguments shape in arguments.DistinctBy(each => each.ShapeName))
        {
            text.Append(FormattableString.Invariant($$"""
                internal readonly struct {{shape.ShapeName}} : IProductShape
                {
                    public static int Columns => {{shape.Columns}};
                    public static int InputStride => {{shape.InputStride}};
                    public static bool Accumulate => {{(shape.Accumulate ? "true" : "false")}};
                }

                """));
        }

        foreach (ProductArguments rows in arguments.DistinctBy(each => each.RowsName))
        {
            text.Append(FormattableString.Invariant($$"""
                internal readonly struct {{rows.RowsName}} : IProductRows
                {
                    public static int Count => {{rows.Rows}};
                    public static int PrefetchBytes => {{rows.PrefetchBytes}};
                }

                """));
        }

        return text.ToString();
    }
}
