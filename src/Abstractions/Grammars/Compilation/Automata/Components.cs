using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>The strongly connected components of a graph: nodes of one can all reach each other (Tarjan 1972).</summary>
internal sealed class Components
{
    private readonly int[] _componentOf;
    private readonly List<int[]> _components = [];
    private readonly bool[] _isCyclic;

    /// <param name="successors">For each node the nodes that edges lead to.</param>
    public Components(IReadOnlyList<IReadOnlyList<int>> successors)
    {
        int count = successors.Count;
        _componentOf = new int[count];
        _isCyclic = new bool[count];
        int[] numbers = new int[count];
        int[] lowest = new int[count];
        int next = 0;
        Stack<int> open = new();
        Stack<(int Node, int Edge)> path = new();
        for (int root = 0; root < count; root++)
        {
            if (numbers[root] == 0)
            {
                Enter(root);
            }

            while (path.Count > 0)
            {
                (int node, int edge) = path.Pop();
                if (edge < successors[node].Count)
                {
                    path.Push((node, edge + 1));
                    int to = successors[node][edge];
                    if (numbers[to] == 0)
                    {
                        Enter(to);
                    }
                    else if (_componentOf[to] == 0)
                    {
                        lowest[node] = Math.Min(lowest[node], numbers[to]);
                    }

                    _isCyclic[node] |= to == node;
                    continue;
                }

                if (path.Count > 0)
                {
                    int parent = path.Peek().Node;
                    lowest[parent] = Math.Min(lowest[parent], lowest[node]);
                }

                if (lowest[node] == numbers[node])
                {
                    Close(node);
                }
            }
        }

        void Enter(int node)
        {
            numbers[node] = lowest[node] = ++next;
            open.Push(node);
            path.Push((node, 0));
        }

        void Close(int node)
        {
            List<int> members = [];
            int member;
            do
            {
                member = open.Pop();
                members.Add(member);

                // Counted from 1, so that 0 says that a node's component is still open.
                _componentOf[member] = _components.Count + 1;
            }
            while (member != node);

            _components.Add([.. members]);
            if (members.Count > 1)
            {
                foreach (int each in members)
                {
                    _isCyclic[each] = true;
                }
            }
        }
    }

    /// <summary>The components; edges between two lead from a later to an earlier one.</summary>
    public IReadOnlyList<int[]> All => _components;

    /// <summary>The index of a node's component.</summary>
    public int Of(int node) => _componentOf[node] - 1;

    /// <summary>Whether a node can reach itself.</summary>
    public bool IsCyclic(int node) => _isCyclic[node];
}
