using System;
using System.Collections.Generic;
using ModelGen.Grammars.Compilation;

namespace ModelGen.Grammars.Matching;

/// <summary>Writes down what states lead to, so that parts of two grammars can be found to be the same.</summary>
internal static class HeadContent
{
    // What is larger is hardly met twice.
    private const int MostStates = 200;

    /// <summary>The states that some states lead to, numbered as they are found; null where there are many or a machine is called.</summary>
    /// <param name="states">All states.</param>
    /// <param name="member">Where the states are those of openings: the only member that they may turn out to be; otherwise −1.</param>
    /// <param name="starts">The states to begin with.</param>
    public static int[]? Of(GrammarStateTable states, int member, params int[] starts)
    {
        Dictionary<int, int> numbers = [];
        List<int> order = [];
        List<int> content = [starts.Length, member < 0 ? 0 : 1];
        foreach (int start in starts)
        {
            content.Add(NumberOf(start));
        }

        for (int index = 0; index < order.Count; index++)
        {
            int state = order[index];
            bool calls = states.FirstCall(state + 1) > states.FirstCall(state);
            if (order.Count > MostStates || (calls && member < 0))
            {
                return null;
            }

            // Openings of other members may not come, and their states lead nowhere.
            content.Add(calls && Array.IndexOf([.. states.CalleesOf(state)], member) >= 0 ? 1 : 0);

            content.Add(states.Accepts(state) ? 1 : 0);
            content.Add(states.FirstEdge(state + 1) - states.FirstEdge(state));
            for (int edge = states.FirstEdge(state); edge < states.FirstEdge(state + 1); edge++)
            {
                content.Add(states.EdgeFirst(edge));
                content.Add(states.EdgeLast(edge));
                content.Add(NumberOf(states.EdgeTarget(edge)));
            }
        }

        return [.. content];

        int NumberOf(int state)
        {
            if (!numbers.TryGetValue(state, out int number))
            {
                number = order.Count;
                numbers.Add(state, number);
                order.Add(state);
            }

            return number;
        }
    }
}
