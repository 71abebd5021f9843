using System;
using System.Collections.Generic;
using ModelGen.Fuzz.Tests.Mutation;

namespace ModelGen.Fuzz.Tests.Harness;

/// <summary>What became of an input.</summary>
internal enum FuzzOutcome
{
    /// <summary>It was taken for what it says.</summary>
    Accepted,

    /// <summary>The declared exception or problem says what is wrong with it.</summary>
    Refused,
}

/// <summary>Something that reads inputs from outside.</summary>
internal interface IFuzzTarget
{
    /// <summary>Its name in reports.</summary>
    string Name { get; }

    /// <summary>How many of a thousand cases it gets.</summary>
    int Share { get; }

    /// <summary>Valid inputs.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Makes the others of them.</summary>
    IMutator Mutator { get; }

    /// <summary>Managed bytes that reading an input may take at most.</summary>
    /// <param name="inputBytes">Length of the input.</param>
    long MostAllocatedBytes(int inputBytes);

    /// <summary>How long a case may take.</summary>
    TimeSpan Patience => TimeSpan.FromSeconds(1);

    /// <summary>Reads an input and uses what came of it. Only the declared exceptions are caught; every other one is a fault.</summary>
    FuzzOutcome Run(byte[] input);
}
