using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Routing;

/// <summary>
/// Decides which of two models answers a prompt, before either has seen it: a forest over the prompt's embedding says how probable it is
/// that A alone is right (class 0), that neither is (1), that both are (2), and that B alone is (3). A answers where p₀ + p₁ is at least
/// the threshold.
/// </summary>
/// <remarks>
/// The rule is RoRF's, "Routing on Random Forests" (Not Diamond, 2024, github.com/Not-Diamond/RoRF). Safe for use by several threads.
/// </remarks>
public sealed class PromptRouter
{
    private const int ClassCount = 4;
    private const int FirstClassOfB = 2;

    private readonly CompiledForest _forest;

    // Classes ascend, so those of A come first; training may have seen no prompt of one or the other.
    private readonly int _classesOfA;

    /// <summary>Creates a router.</summary>
    /// <param name="forest">The forest. A class that training has not seen has the probability 0.</param>
    /// <param name="threshold">From 0, where A answers all prompts, to 1, where it answers those that B is sure to be wrong about.</param>
    /// <exception cref="ArgumentException">The forest has a class that is none of the four.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is less than 0 or more than 1, or not a number.</exception>
    public PromptRouter(CompiledForest forest, double threshold)
    {
        ArgumentNullException.ThrowIfNull(forest);
        if (!(threshold >= 0 && threshold <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, "A threshold is from 0 to 1: the probability of A from which on A answers.");
        }

        IReadOnlyList<int> classes = forest.Classes;
        if (classes.Any(number => number is < 0 or >= ClassCount))
        {
            throw new ArgumentException(
                $"The forest has the classes {string.Join(", ", classes)}: "
                    + "train a router's forest with 0 (A alone is right), 1 (neither), 2 (both) and 3 (B alone).",
                nameof(forest));
        }

        _forest = forest;
        _classesOfA = classes.Count(number => number < FirstClassOfB);
        Threshold = threshold;
    }

    /// <summary>The probability of A from which on A answers.</summary>
    public double Threshold { get; }

    /// <summary>The model that is to answer. Allocates nothing.</summary>
    /// <param name="embedding">The prompt's embedding, of the model and with the pooling that the forest was trained with.</param>
    /// <exception cref="ArgumentException">The embedding has another length than the forest reads, or a number that is not finite.</exception>
    public ModelChoice Choose(ReadOnlySpan<float> embedding) => ProbabilityOfA(embedding) >= Threshold ? ModelChoice.A : ModelChoice.B;

    /// <summary>p₀ + p₁: how probable it is that B is wrong. Allocates nothing.</summary>
    /// <param name="embedding">The prompt's embedding, of the model and with the pooling that the forest was trained with.</param>
    /// <returns>From 0 to 1.</returns>
    /// <exception cref="ArgumentException">The embedding has another length than the forest reads, or a number that is not finite.</exception>
    public double ProbabilityOfA(ReadOnlySpan<float> embedding)
    {
        Span<double> probabilities = stackalloc double[ClassCount];
        probabilities = probabilities[.._forest.Classes.Count];
        _forest.PredictProbabilities(embedding, probabilities);
        double sum = 0;
        foreach (double probability in probabilities[.._classesOfA])
        {
            sum += probability;
        }

        // Rounding may carry a sum of probabilities beyond 1, which no threshold is.
        return Math.Min(sum, 1);
    }

    /// <summary>The threshold with which A answers a given share of prompts like some that are at hand.</summary>
    /// <param name="probabilitiesOfA">What <see cref="ProbabilityOfA"/> gave for each of them.</param>
    /// <param name="shareOfA">The share that A is to answer, from 0 to 1.</param>
    /// <returns>The quantile of 1 − <paramref name="shareOfA"/>, linear between two of the probabilities.</returns>
    /// <exception cref="ArgumentException">There are no probabilities, or one is less than 0 or more than 1, or not a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="shareOfA"/> is less than 0 or more than 1, or not a number.</exception>
    public static double Calibrate(IEnumerable<double> probabilitiesOfA, double shareOfA)
    {
        ArgumentNullException.ThrowIfNull(probabilitiesOfA);
        if (!(shareOfA >= 0 && shareOfA <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(shareOfA), shareOfA, "A share of the prompts is from 0 to 1.");
        }

        double[] ascending = [.. probabilitiesOfA.Order()];
        if (ascending.Length == 0 || ascending.Any(probability => !(probability >= 0 && probability <= 1)))
        {
            throw new ArgumentException(
                "A router is calibrated with the probabilities of at least one prompt, each from 0 to 1.", nameof(probabilitiesOfA));
        }

        double place = (1 - shareOfA) * (ascending.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, ascending.Length - 1);
        return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
    }
}
