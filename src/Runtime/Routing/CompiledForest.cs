using System;
using System.Collections.Generic;
using ModelGen.CompilerServices;

namespace ModelGen.Routing;

/// <summary>
/// A random forest that was compiled into the program: trees that each say how probable each of a few classes is, and whose mean it gives. The
/// class that carries <see cref="RandomForestAttribute"/> derives from it.
/// </summary>
/// <remarks>
/// It gives to the last bit what scikit-learn's <c>predict_proba</c> gives of the same features. Breiman, "Random Forests" (2001),
/// doi:10.1023/A:1010933404324. Safe for use by several threads.
/// </remarks>
public abstract class CompiledForest
{
    private readonly ForestPrediction _predict;

    /// <summary>Called by emitted code.</summary>
    /// <param name="description">What was compiled.</param>
    protected CompiledForest(ForestDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        FeatureCount = description.FeatureCount;
        TreeCount = description.TreeCount;
        Classes = description.Classes;
        _predict = description.Predict;
    }

    /// <summary>Numbers that the forest reads: the dimension of the embedding that it was trained with.</summary>
    public int FeatureCount { get; }

    /// <summary>Trees.</summary>
    public int TreeCount { get; }

    /// <summary>The classes by the numbers that they had in training, ascending; those that training has not seen are not among them.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>How probable each class is. Allocates nothing.</summary>
    /// <param name="features"><see cref="FeatureCount"/> finite numbers.</param>
    /// <param name="probabilities">
    /// Overwritten with a number from 0 to 1 for each of <see cref="Classes"/>, in their order; together they are 1, but for rounding.
    /// </param>
    /// <exception cref="ArgumentException">A span has another length, or a feature is infinite or not a number.</exception>
    public void PredictProbabilities(ReadOnlySpan<float> features, Span<double> probabilities)
    {
        if (features.Length != FeatureCount)
        {
            throw new ArgumentException(
                $"The forest reads {FeatureCount} features, and there are {features.Length}: "
                    + "give it embeddings of the model that it was trained with.",
                nameof(features));
        }

        if (probabilities.Length != Classes.Count)
        {
            throw new ArgumentException(
                $"The forest has {Classes.Count} classes, and there is room for {probabilities.Length}: give it as much room as it has classes.",
                nameof(probabilities));
        }

        int strange = features.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (strange >= 0)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Feature {strange} is {features[strange]}: a forest reads finite numbers alone."),
                nameof(features));
        }

        _predict(features, probabilities);
    }

    /// <summary>The most probable class, the first of them where several are. Allocates nothing.</summary>
    /// <param name="features"><see cref="FeatureCount"/> finite numbers.</param>
    /// <returns>One of <see cref="Classes"/>.</returns>
    /// <exception cref="ArgumentException">There are more or fewer features, or one is infinite or not a number.</exception>
    public int Predict(ReadOnlySpan<float> features)
    {
        Span<double> probabilities = stackalloc double[Classes.Count];
        PredictProbabilities(features, probabilities);
        int best = 0;
        for (int i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return Classes[best];
    }
}
