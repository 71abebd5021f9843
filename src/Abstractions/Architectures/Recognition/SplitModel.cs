using System.Globalization;
using ModelGen.Gguf;

namespace ModelGen.Architectures;

/// <summary>
/// A model that llama.cpp's gguf-split cut into several files. The first part has the metadata, each part some of the tensors; none of them
/// is a model by itself.
/// </summary>
internal static class SplitModel
{
    private const string CountKey = "split.count";
    private const string NumberKey = "split.no";

    /// <summary>What is wrong with a header that is of one part of several; null for a whole model, which may say that it is one of one.</summary>
    public static SpecProblem? ProblemOf(GgufHeader header)
    {
        if (header.Find(CountKey) is not { IsInteger: true, Integer: > 1 } count)
        {
            return null;
        }

        string parts = count.Integer.ToString(CultureInfo.InvariantCulture);
        string part = header.Find(NumberKey) is { IsInteger: true, Integer: >= 0 } number && number.Integer < count.Integer
            ? string.Format(CultureInfo.InvariantCulture, "part {0} of {1}", number.Integer + 1, parts)
            : "one of " + parts + " parts";
        string ending = string.Format(CultureInfo.InvariantCulture, "-{0:D5}-of-{1:D5}.gguf", 1, count.Integer);
        return SpecProblem.Create(SpecProblemKind.PartOfSplit, part, ending);
    }
}
