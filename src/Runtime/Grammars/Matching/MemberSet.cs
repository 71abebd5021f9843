using System;

namespace ModelGen.Grammars.Matching;

/// <summary>Which members have been, as far as it matters, and which may come.</summary>
/// <param name="seen">Members that have been and do not repeat, or are required.</param>
/// <param name="count">How many have been; more than matter are not counted.</param>
/// <param name="mayCome">Members that may come next.</param>
internal sealed class MemberSet(BitSet seen, int count, BitSet mayCome) : IEquatable<MemberSet>
{
    public BitSet Seen { get; } = seen;

    public int Count { get; } = count;

    public BitSet MayCome { get; } = mayCome;

    public bool Equals(MemberSet? other) => other is not null && Count == other.Count && Seen.Equals(other.Seen);

    public override bool Equals(object? obj) => Equals(obj as MemberSet);

    public override int GetHashCode() => HashCode.Combine(Seen, Count);
}
