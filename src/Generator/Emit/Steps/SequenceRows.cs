using ModelGen.Generator.CSharp;
using ModelGen.Generator.Plan;

namespace ModelGen.Generator.Emit;

/// <summary>
/// Writes the walk through a batch, sequence by sequence, of steps whose rows follow from the rows before them and, before a sequence's first
/// row, from its fixed state.
/// </summary>
internal static class SequenceRows
{
    /// <summary>
    /// Begins what is done to the rows of a sequence, from <c>row</c> up to <c>end</c>: <c>states[0]</c> is the fixed state that the first of them
    /// reads, <c>states[1]</c> the one that is left behind the last; they may be one.
    /// </summary>
    /// <param name="writer">The writer, in a job whose state is <c>s</c>.</param>
    /// <param name="plan">The plan.</param>
    /// <returns>Ends it.</returns>
    public static SourceWriter.Scope Begin(SourceWriter writer, ModelPlan plan)
    {
        writer.Line("int end = 0;");
        SourceWriter.Scope block = writer.Block("for (int row = 0; row < s->RowCount; row = end)");
        writer.Line("end = row + 1;");
        using (writer.Block("while (end < s->RowCount && s->Rows[end - 1].IsFollowedBy(s->Rows[end]))"))
        {
            writer.Line("end++;");
        }

        writer.Line();
        writer.Line($"byte** states = s->Rows[row].Pages + {plan.State.FixedEntry};   // what the sequence's first row reads, and what its rows leave");
        return block;
    }
}
