using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Architectures;

namespace ModelGen.EndToEnd.Tests.Reference;

/// <summary>Which experts a token takes, in float64.</summary>
internal static class ReferenceRouter
{
    /// <summary>The experts and their weights, the best first.</summary>
    /// <param name="router">How they are chosen.</param>
    /// <param name="logits">The router's products.</param>
    /// <param name="bias">What is added to choose; null: nothing.</param>
    public static IEnumerable<(int Expert, double Weight)> Choose(RouterSpec router, double[] logits, double[]? bias)
    {
        double[] weights = router.Gating switch
        {
            GatingFunction.Softmax => Softmax(logits),
            GatingFunction.Sigmoid => [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))],
            GatingFunction.SquareRootOfSoftplus => [.. logits.Select(logit => Math.Sqrt(Math.Log(1 + Math.Exp(logit))))],
            _ => logits,
        };
        double[] ranks = [.. weights.Select((weight, i) => weight + (bias?[i] ?? 0))];
        int ofGroup = router.Experts / router.Groups;
        HashSet<int> groups = [.. Best(
            [.. ranks.Chunk(ofGroup).Select(group => group.OrderDescending().Take(RouterSpec.RankedOfGroup).Sum())], router.UsedGroups)];
        int[] chosen = Best([.. ranks.Select((rank, i) => groups.Contains(i / ofGroup) ? rank : double.NegativeInfinity)], router.Used);
        double[] own = [.. chosen.Select(expert => weights[expert])];
        own = router.Gating == GatingFunction.SoftmaxOfChosen ? Softmax(own) : own;
        double divisor = router.Normalises ? Math.Max(own.Sum(), RouterSpec.LeastSum) : 1;
        return chosen.Zip(own, (expert, weight) => (expert, weight / divisor * router.Scale));
    }

    private static int[] Best(double[] ranks, int count) =>
        [.. Enumerable.Range(0, ranks.Length).OrderByDescending(i => ranks[i]).ThenBy(i => i).Take(count)];

    private static double[] Softmax(double[] logits)
    {
        double[] powers = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        return [.. powers.Select(power => power / powers.Sum())];
    }
}
