using System.Globalization;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>One part of a split model by itself, which is no model: <see cref="GgufSplit"/> joins the parts, where the first one is named.</summary>
internal static class SplitModel
{
    /// <summary>What is wrong with a header that is of one part of several alone; null for a whole model, in one file or in all of its parts.</summary>
    public static SpecProblem? ProblemOf(GgufHeader header)
    {
        long count = GgufSplit.CountOf(header);
        long? number = GgufSplit.NumberOf(header);
        if (count == 1 || (number == 1 && header.PartCount == count))
        {
            return null;
        }

        string parts = count.ToString(CultureInfo.InvariantCulture);
        string part = number is null ? "one of " + parts + " parts" : string.Format(CultureInfo.InvariantCulture, "part {0} of {1}", number, parts);
        return SpecProblem.Create(SpecProblemKind.PartOfSplit, part, GgufSplit.EndingOf(1, count));
    }
}
