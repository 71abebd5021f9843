using System;
using System.Collections.Generic;
using System.Globalization;
using ModelGen.Generator.Specialise;

namespace ModelGen.Kernels.Harness;

/// <summary>Short forms of kernel requests.</summary>
internal static class Requests
{
    public static KernelRequest Of(string kernelFile, string name, VectorWidth width, params (string Name, object Value)[] constants) =>
        new(kernelFile, name, width, Literals(constants), new Dictionary<char, int>());

    /// <summary>The same request with <paramref name="count"/> copies of the lines with an index.</summary>
    public static KernelRequest Repeat(this KernelRequest request, char index, int count) =>
        new(
            request.KernelFile,
            request.Name,
            request.Width,
            request.Constants,
            new Dictionary<char, int>(request.Repeats) { [index] = count });

    private static Dictionary<string, string> Literals((string Name, object Value)[] constants)
    {
        var literals = new Dictionary<string, string>();
        foreach ((string name, object value) in constants)
        {
            literals.Add(name, value switch
            {
                bool flag => flag ? "true" : "false",
                float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
                _ => FormattableString.Invariant($"{value}"),
            });
        }

        return literals;
    }
}
