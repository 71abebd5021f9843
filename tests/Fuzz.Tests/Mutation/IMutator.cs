using System;
using System.Collections.Generic;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>Makes inputs that nobody meant to write of valid ones.</summary>
internal interface IMutator
{
    /// <summary>An input like the seeds, changed in a few places.</summary>
    /// <param name="seeds">Valid inputs, at least one; they stay as they are.</param>
    /// <param name="random">Decides everything.</param>
    byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random);
}
