using System;
using System.Collections.Generic;
using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>What the compiler knew of a random forest when it emitted the class.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ForestDescription
{
    /// <summary>Numbers that a forest reads.</summary>
    public required int FeatureCount { get; init; }

    /// <summary>Trees.</summary>
    public required int TreeCount { get; init; }

    /// <summary>The classes by their numbers, ascending.</summary>
    public required IReadOnlyList<int> Classes { get; init; }

    /// <summary>Asks the trees.</summary>
    public required ForestPrediction Predict { get; init; }
}

/// <summary>Asks the trees of a forest.</summary>
/// <param name="features">As many numbers as the forest has features.</param>
/// <param name="probabilities">Overwritten with as many probabilities as it has classes.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public delegate void ForestPrediction(ReadOnlySpan<float> features, Span<double> probabilities);
