using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>A row of a batch: a token at a position of a sequence. Batches have rows of any number of sequences.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct Row
{
    /// <summary>Id of the token.</summary>
    public int Token;

    /// <summary>Its position in the sequence. The rows of a sequence stand together, at neighbouring positions.</summary>
    public int Position;

    /// <summary>Of an encoder's row, positions of its text; of a decoder's, of which none behind it are seen, those of the source text.</summary>
    public int TextLength;

    /// <summary>Of an encoder's row, which of several texts its token is of: 0 the first.</summary>
    public int Type;

    /// <summary>
    /// The sequence's table: of each state class the address of every page, by position, and behind them two states of a fixed size: what the
    /// sequence's first row of the batch reads, and what all its rows write, the later ones reading it too; they may be one; then the pages of
    /// the source text. It is the sequence's identity too.
    /// </summary>
    public byte** Pages;

    /// <summary>
    /// Where the logits after the token, or an encoder's vector of it or terms of its text, are written; null where nobody wants them.
    /// </summary>
    public float* Logits;

    /// <summary>
    /// Which strips of the output matrix its logits are wanted of, a bit each, low bit first; null: all. Logits of other strips may be left as
    /// they are.
    /// </summary>
    public ulong* Strips;

    /// <summary>Whether the row behind this one is the next position of the same sequence.</summary>
    /// <param name="next">The row behind this one.</param>
    public readonly bool IsFollowedBy(in Row next) => Pages == next.Pages && Position + 1 == next.Position;

    /// <summary>
    /// Whether one product can write the logits of all rows where they are wanted: they are one sequence's, a row behind the other, in memory
    /// that has room for the rows that a product's last tile has too many.
    /// </summary>
    /// <param name="rows">Rows that all want logits.</param>
    /// <param name="count">Their number.</param>
    /// <param name="stride">Floats from one row of logits to the next.</param>
    public static bool LogitsAreSideBySide(Row* rows, int count, int stride)
    {
        for (int i = 1; i < count; i++)
        {
            if (rows[i].Pages != rows[0].Pages || rows[i].Logits != rows[0].Logits + i * (long)stride)
            {
                return false;
            }
        }

        return true;
    }
}
