using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Routing;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Forests;

/// <summary>Trees of every form, their nodes in any order, against a walk down the file's own arrays.</summary>
public sealed class RandomForestTests
{
    private const int Features = 5;
    private const int Classes = 3;

    [Theory]
    [InlineData(1, 40)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    public void TreesInAnyOrderOfNodes(int seed, int splits)
    {
        Random random = new(seed);
        Tree[] trees = [.. Enumerable.Range(0, 6).Select(_ => Grow(random, splits, isChain: false))];
        ShouldPredictAlike(random, trees);
    }

    /// <summary>A tree that is one long way down would need as deep a stack, were it laid out by recursion.</summary>
    [Fact]
    public void ChainsOfNodes()
    {
        Random random = new(4);
        ShouldPredictAlike(random, [Grow(random, 20_000, isChain: true)]);
    }

    /// <summary>Doubles of which a float has no equal, and floats at their ends: a threshold is rounded so that no feature changes sides.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.1)]
    [InlineData(1e-60)]
    [InlineData(-1e-60)]
    [InlineData(0.0)]
    [InlineData(1e300)]
    [InlineData(-1e300)]
    [InlineData(3.4028234663852886e38)]
    [InlineData(-3.4028234663852886e38)]
    [InlineData(0.10000000149011612)]
    [InlineData(16777217.0)]
    [InlineData(1.401298464324817e-45)]
    public void ThresholdsBetweenFloats(double threshold)
    {
        Tree tree = new([0, -2, -2], [threshold, -2, -2], [1, -1, -1], [2, -1, -1], [[], [1, 0, 0], [0, 1, 0]]);
        CompiledForest forest = ForestSample.Compile(TextOf([tree]));
        float nearest = (float)Math.Clamp(threshold, float.MinValue, float.MaxValue);
        float[] around = [nearest, MathF.BitIncrement(nearest), MathF.BitDecrement(nearest), 0, -0f, 1, -1, float.MaxValue, float.MinValue];
        foreach (float feature in around.Where(float.IsFinite))
        {
            forest.Predict([feature, 0, 0, 0, 0]).ShouldBe(feature <= threshold ? 0 : 1, feature.ToString("R", null));
        }
    }

    private static void ShouldPredictAlike(Random random, Tree[] trees)
    {
        CompiledForest forest = ForestSample.Compile(TextOf(trees));
        forest.TreeCount.ShouldBe(trees.Length);
        double[] probabilities = new double[Classes];
        for (int input = 0; input < 100; input++)
        {
            float[] features = [.. Enumerable.Range(0, Features).Select(_ => random.Next(-8, 9) / 8f)];
            forest.PredictProbabilities(features, probabilities);
            probabilities.ShouldBe(Expected(trees, features));
        }
    }

    private static double[] Expected(Tree[] trees, float[] features)
    {
        double[] sum = new double[Classes];
        foreach (Tree tree in trees)
        {
            int node = 0;
            while (tree.Left[node] >= 0)
            {
                node = (double)features[tree.Feature[node]] <= tree.Threshold[node] ? tree.Left[node] : tree.Right[node];
            }

            for (int i = 0; i < Classes; i++)
            {
                sum[i] += tree.Value[node][i] / tree.Value[node].Sum();
            }
        }

        return [.. sum.Select(number => number / trees.Length)];
    }

    /// <summary>Splits leaves of a tree until it has enough splits; children get the next numbers, so that none stands where a walk would put it.</summary>
    private static Tree Grow(Random random, int splits, bool isChain)
    {
        List<int> feature = [-2];
        List<double> threshold = [-2];
        List<int> left = [-1];
        List<int> right = [-1];
        for (int split = 0; split < splits; split++)
        {
            int[] leaves = isChain ? [left.Count - 1] : [.. Enumerable.Range(0, left.Count).Where(node => left[node] < 0)];
            int node = leaves[random.Next(leaves.Length)];
            feature[node] = random.Next(Features);
            threshold[node] = random.Next(-8, 9) / 8.0 + (random.Next(2) == 0 ? 0 : 0.05);
            (left[node], right[node]) = random.Next(2) == 0 ? (left.Count, left.Count + 1) : (left.Count + 1, left.Count);
            feature.AddRange([-2, -2]);
            threshold.AddRange([-2, -2]);
            left.AddRange([-1, -1]);
            right.AddRange([-1, -1]);
        }

        double[][] value = [.. left.Select(child => child >= 0 ? [] : new double[] { random.Next(5), random.Next(5), 1 + random.Next(5) })];
        return new Tree([.. feature], [.. threshold], [.. left], [.. right], value);
    }

    private static string TextOf(Tree[] trees) => JsonSerializer.Serialize(new
    {
        version = 1,
        features = Features,
        classes = Enumerable.Range(0, Classes),
        trees = trees.Select(tree => new { feature = tree.Feature, threshold = tree.Threshold, left = tree.Left, right = tree.Right, value = tree.Value }),
    });

    private sealed record Tree(int[] Feature, double[] Threshold, int[] Left, int[] Right, double[][] Value);
}
