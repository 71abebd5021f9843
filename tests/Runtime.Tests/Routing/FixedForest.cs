using System;
using System.Linq;
using ModelGen.CompilerServices;
using ModelGen.Routing;

namespace ModelGen.Runtime.Tests.Routing;

/// <summary>A forest of two features that gives the same probabilities, whatever it is asked.</summary>
internal sealed class FixedForest(int[] classes, params double[] probabilities) : CompiledForest(new ForestDescription
{
    FeatureCount = 2,
    TreeCount = 1,
    Classes = classes,
    Predict = (_, answer) => probabilities.CopyTo(answer),
})
{
    /// <summary>With the four classes of a router.</summary>
    public FixedForest(params double[] probabilities)
        : this([.. Enumerable.Range(0, 4)], probabilities)
    {
    }
}
