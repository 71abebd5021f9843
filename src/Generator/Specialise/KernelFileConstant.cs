using System.Text.RegularExpressions;

namespace ModelGen.Generator.Specialise;

/// <summary>A constant as a K-file declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type: int, bool or float.</param>
/// <param name="Value">Its sample value, an expression of C#.</param>
/// <param name="Comment">What is said behind it; may be empty.</param>
internal sealed record KernelFileConstant(string Name, string Type, string Value, string Comment)
{
    /// <summary>What <see cref="KernelLine.ConstantPattern"/> has found.</summary>
    public static KernelFileConstant Of(Match match) => new(
        match.Groups["name"].Value, match.Groups["type"].Value, match.Groups["value"].Value, match.Groups["tail"].Value.TrimStart(';', ' ', '/'));
}
