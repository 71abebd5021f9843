using System.Collections.Generic;

namespace ModelGen;

/// <summary>A value of which the model has written some properties: what a program can show while the rest is written.</summary>
/// <typeparam name="T">The value's type, which carries <see cref="GeneratedOutputAttribute"/>.</typeparam>
public sealed class PartialOutput<T>
    where T : IGeneratedOutput<T>
{
    internal PartialOutput(T value, IReadOnlyList<string> properties, bool isComplete)
    {
        Value = value;
        Properties = properties;
        IsComplete = isComplete;
    }

    /// <summary>
    /// The value. A property that has not come yet is null, 0 or false, also where it is declared not to be null: a constructor sees that too. One with
    /// a setter keeps what its initialiser says, and a constructor's parameter its default.
    /// </summary>
    public T Value { get; }

    /// <summary>Names in JSON of the properties that have come, in their order; what tells derived types apart is one of them.</summary>
    public IReadOnlyList<string> Properties { get; }

    /// <summary>Whether the value is whole. That of the last one always is.</summary>
    public bool IsComplete { get; }
}
