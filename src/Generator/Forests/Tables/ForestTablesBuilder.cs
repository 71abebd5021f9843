using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Generator.Forests.Reading;

namespace ModelGen.Generator.Forests.Tables;

/// <summary>Checks what a file says of a forest, and lays its trees out one behind the other.</summary>
internal sealed class ForestTablesBuilder
{
    private const int NoChild = -1;

    // What scikit-learn writes since 1.3 are probabilities, 1 together but for rounding, which it takes as they are; before, they were counts.
    private const double SumTolerance = 1e-6;

    private readonly ForestContent _forest;
    private readonly List<int> _roots = [];
    private readonly List<ulong> _nodes = [];
    private readonly List<double> _probabilities = [];
    private readonly Dictionary<EquatableArray<double>, int> _leaves = [];

    private ForestTablesBuilder(ForestContent forest) => _forest = forest;

    /// <summary>Lays out a forest.</summary>
    /// <exception cref="ModelGenException">It is none; the message is one sentence that names the place and the mend.</exception>
    public static ForestTables Build(ForestContent forest)
    {
        ForestTablesBuilder builder = new(forest);
        builder.CheckClasses();
        if (forest.Trees.Count == 0)
        {
            throw new ModelGenException("trees: there is none; a forest has at least one");
        }

        for (int tree = 0; tree < forest.Trees.Count; tree++)
        {
            builder.AddTree(tree);
        }

        return new ForestTables(
            forest.FeatureCount,
            forest.Classes.ToEquatableArray(),
            builder._roots.ToEquatableArray(),
            builder._nodes.ToEquatableArray(),
            builder._probabilities.ToEquatableArray());
    }

    private void CheckClasses()
    {
        if (_forest.Classes.Length == 0)
        {
            throw new ModelGenException("classes: there is none; write scikit-learn's classes_");
        }

        for (int i = 1; i < _forest.Classes.Length; i++)
        {
            if (_forest.Classes[i] <= _forest.Classes[i - 1])
            {
                throw new ModelGenException(FormattableString.Invariant(
                    $"classes: {_forest.Classes[i]} stands behind {_forest.Classes[i - 1]}; they ascend, as scikit-learn's classes_ do"));
            }
        }
    }

    private void AddTree(int index)
    {
        TreeContent tree = _forest.Trees[index];
        int count = tree.Left.Length;
        int[] lengths = [tree.Feature.Length, tree.Threshold.Length, count, tree.Right.Length, tree.Value.Length];
        if (count == 0 || lengths.Any(length => length != count))
        {
            throw new ModelGenException(FormattableString.Invariant(
                $"tree {index}: feature, threshold, left, right and value have {string.Join(", ", lengths)} elements; ")
                + "each has one for each node, of which there is at least one");
        }

        _roots.Add(_nodes.Count);
        bool[] isPlaced = new bool[count];

        // Nodes whose place comes when all that is left of them has one, with the place of the parent that waits to know it.
        Stack<(int Node, int Parent)> waiting = new([(0, NoChild)]);
        while (waiting.Count > 0)
        {
            (int node, int parent) = waiting.Pop();
            if (isPlaced[node])
            {
                throw Error(index, node, "is the child of two nodes, or of one below it; each but node 0 is the child of one node");
            }

            isPlaced[node] = true;
            int place = _nodes.Count;
            if (parent != NoChild)
            {
                _nodes[parent] = NodeCode.WithDistance(_nodes[parent], place - parent);
            }

            if (tree.Left[node] == NoChild && tree.Right[node] == NoChild)
            {
                _nodes.Add(NodeCode.Leaf(FirstProbability(index, node)));
            }
            else
            {
                CheckSplit(index, node);
                _nodes.Add(NodeCode.Split(NodeCode.RoundDown(tree.Threshold[node]), tree.Feature[node]));
                waiting.Push((tree.Right[node], place));
                waiting.Push((tree.Left[node], NoChild));
            }
        }

        int lost = Array.IndexOf(isPlaced, false);
        if (lost >= 0)
        {
            throw Error(index, lost, "is no node's child; each but node 0 is the child of one node");
        }
    }

    private void CheckSplit(int index, int node)
    {
        TreeContent tree = _forest.Trees[index];
        foreach (int child in (int[])[tree.Left[node], tree.Right[node]])
        {
            if (child < 0 || child >= tree.Left.Length)
            {
                throw Error(index, node, FormattableString.Invariant(
                    $"has the child {child}; children are nodes, here from 0 to {tree.Left.Length - 1}, and a leaf has -1 twice"));
            }
        }

        if (tree.Feature[node] < 0 || tree.Feature[node] >= _forest.FeatureCount)
        {
            throw Error(index, node, FormattableString.Invariant(
                $"has the feature {tree.Feature[node]}; features are from 0 to {_forest.FeatureCount - 1}, or 'features' says too few"));
        }
    }

    private int FirstProbability(int index, int node)
    {
        double[] value = _forest.Trees[index].Value[node];
        if (value.Length != _forest.Classes.Length)
        {
            throw Error(index, node, FormattableString.Invariant(
                $"is a leaf with {value.Length} values, and there are {_forest.Classes.Length} classes; ")
                + "a leaf has a value for each, as scikit-learn's tree_.value[:, 0, :]");
        }

        double sum = value.Sum();
        if (value.Any(number => number < 0) || !(sum > 0 && sum <= double.MaxValue))
        {
            throw Error(index, node, "is a leaf whose values are no weights of classes; they are 0 or more, and at least one of them is more");
        }

        bool areProbabilities = Math.Abs(sum - 1) <= SumTolerance;
        EquatableArray<double> probabilities = (areProbabilities ? value : value.Select(number => number / sum)).ToEquatableArray();
        if (!_leaves.TryGetValue(probabilities, out int first))
        {
            first = _probabilities.Count;
            if (first + value.Length > ForestLimits.MaxProbabilities)
            {
                throw Error(index, node, FormattableString.Invariant(
                    $"comes after {_leaves.Count:N0} leaves that all have other values, too many for {value.Length} classes; ")
                    + "give max_depth or min_samples_leaf");
            }

            _probabilities.AddRange(probabilities);
            _leaves.Add(probabilities, first);
        }

        return first;
    }

    private static ModelGenException Error(int tree, int node, string message) =>
        new(FormattableString.Invariant($"tree {tree}, node {node}: it {message}"));
}
