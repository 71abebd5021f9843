using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using ModelGen.Routing;

namespace Router;

/// <summary>Which model is to answer a prompt, and why.</summary>
/// <param name="Choice">The model.</param>
/// <param name="ProbabilityOfA">How probable it is that B is wrong.</param>
/// <param name="Threshold">From which probability on A answers.</param>
/// <param name="Classes">The forest's classes.</param>
/// <param name="Probabilities">How probable each of them is.</param>
internal sealed record Route(
    ModelChoice Choice, double ProbabilityOfA, double Threshold, IReadOnlyList<int> Classes, IReadOnlyList<double> Probabilities)
{
    private static readonly string[] ClassNames = ["A alone", "neither", "both", "B alone"];

    /// <summary>One line: the model, the probability that decided, and those of the four classes.</summary>
    public override string ToString()
    {
        IEnumerable<string> classes = Classes.Zip(
            Probabilities, (number, probability) => string.Create(CultureInfo.InvariantCulture, $"{ClassNames[number]} {probability:F2}"));
        string comparison = Choice == ModelChoice.A ? "at least" : "less than";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Choice}: {ProbabilityOfA:F2} is {comparison} {Threshold:F2} [right: {string.Join(", ", classes)}]");
    }
}
