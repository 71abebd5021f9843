using System.Collections.Generic;

namespace ModelGen.Grammars.Characters;

internal sealed partial class CharacterAutomaton
{
    /// <summary>
    /// The smallest automaton of the same texts: states that lead to no text are dead, states and classes that nothing tells apart are one,
    /// and states are numbered as a walk in order of characters comes to them.
    /// </summary>
    /// <param name="classes">The classes of characters.</param>
    /// <param name="transitions">[state, class] the state that a class leads to, or <see cref="Dead"/>.</param>
    /// <param name="accepts">[state] whether a text that ends there is accepted.</param>
    public static CharacterAutomaton Minimize(CharacterClasses classes, int[] transitions, bool[] accepts)
    {
        StatePartition partition = new(transitions, accepts, classes.Count);
        int dead = partition.BlockOf(accepts.Length);
        if (accepts.Length == 0 || partition.BlockOf(0) == dead)
        {
            return None;
        }

        // Classes with equal columns are one; that a block's first state stands for it makes columns of states columns of blocks.
        List<int> order = [partition.BlockOf(0)];
        Dictionary<int, int> numbers = new() { [order[0]] = 0 };
        for (int state = 0; state < order.Count; state++)
        {
            for (int interval = 0; interval < classes.IntervalCount; interval++)
            {
                int block = Next(order[state], classes.ClassOfInterval(interval));
                if (block != dead && !numbers.ContainsKey(block))
                {
                    numbers.Add(block, order.Count);
                    order.Add(block);
                }
            }
        }

        int[] merged = MergeColumns();
        CharacterClasses smaller = Renumber(classes, merged, out List<int> representatives);
        int[] smallerTransitions = new int[order.Count * smaller.Count];
        bool[] smallerAccepts = new bool[order.Count];
        for (int state = 0; state < order.Count; state++)
        {
            smallerAccepts[state] = accepts[partition.FirstOf(order[state])];
            for (int characterClass = 0; characterClass < smaller.Count; characterClass++)
            {
                int block = Next(order[state], representatives[characterClass]);
                smallerTransitions[(state * smaller.Count) + characterClass] = block == dead ? Dead : numbers[block];
            }
        }

        return new CharacterAutomaton(smaller, smallerTransitions, smallerAccepts);

        int Next(int block, int characterClass)
        {
            int next = transitions[(partition.FirstOf(block) * classes.Count) + characterClass];
            return partition.BlockOf(next == Dead ? accepts.Length : next);
        }

        // [class] a number that equal columns share: state by state, columns that it tells apart part.
        int[] MergeColumns()
        {
            int[] columns = new int[classes.Count];
            int count = 1;
            Dictionary<(int, int), int> known = [];
            foreach (int block in order)
            {
                if (count == classes.Count)
                {
                    break;
                }

                known.Clear();
                for (int characterClass = 0; characterClass < columns.Length; characterClass++)
                {
                    (int, int) key = (columns[characterClass], Next(block, characterClass));
                    if (!known.TryGetValue(key, out int column))
                    {
                        known.Add(key, column = known.Count);
                    }

                    columns[characterClass] = column;
                }

                count = known.Count;
            }

            return columns;
        }
    }

    // Classes under new numbers in the order in which they come; neighbouring intervals of one class are one interval.
    private static CharacterClasses Renumber(CharacterClasses classes, int[] merged, out List<int> representatives)
    {
        representatives = [];
        Dictionary<int, int> numbers = [];
        List<int> starts = [];
        List<int> intervals = [];
        for (int interval = 0; interval < classes.IntervalCount; interval++)
        {
            int characterClass = classes.ClassOfInterval(interval);
            if (!numbers.TryGetValue(merged[characterClass], out int number))
            {
                numbers.Add(merged[characterClass], number = representatives.Count);
                representatives.Add(characterClass);
            }

            if (intervals.Count == 0 || intervals[intervals.Count - 1] != number)
            {
                starts.Add(classes.FirstOf(interval));
                intervals.Add(number);
            }
        }

        return new CharacterClasses([.. starts], [.. intervals], representatives.Count);
    }
}
