using System;

namespace ModelGen.Layout;

/// <summary>How much of what a sequence remembers there is at one time: the same in the plan and at run time.</summary>
internal static class StateMemory
{
    // The states after the last two calls, and the one that is being written.
    private const int StatesBesideCheckpoints = 3;

    /// <summary>Pages that a sequence holds at most in a class: all, or those of its window and of the batch that moves it.</summary>
    /// <param name="window">Positions that are looked back to, a row's own counted; 0: all.</param>
    /// <param name="all">Pages of the whole text.</param>
    /// <param name="pagePositions">Positions of a page.</param>
    /// <param name="batchRows">Rows of a batch at most.</param>
    public static int Pages(int window, int all, int pagePositions, int batchRows) =>
        window == 0 ? all : Math.Min(all, (window + batchRows - 2) / pagePositions + 2);

    /// <summary>States of a fixed size that a sequence holds at most, its checkpoints among them.</summary>
    /// <param name="checkpoints">Multiples of a page's positions up to the end of the text.</param>
    public static int States(int checkpoints)
    {
        int kept = 0;
        for (int reach = 1; reach <= checkpoints; reach *= 2)
        {
            kept++;
        }

        return kept + StatesBesideCheckpoints;
    }

    /// <summary>
    /// Whether a checkpoint is kept: of those whose number has 2ⁿ as its largest power of two the newest one. Whoever goes back finds one that is
    /// at most twice as far behind where he goes as that is behind the end, and their number grows with the logarithm of the text's length.
    /// </summary>
    /// <param name="checkpoint">Its number: 1 for the first page's end.</param>
    /// <param name="newest">Number of the newest one.</param>
    public static bool IsKept(int checkpoint, int newest) => newest - checkpoint < 2 * (checkpoint & -checkpoint);
}
