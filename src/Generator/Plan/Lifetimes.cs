using System;
using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Generator.Plan;

/// <summary>
/// When each buffer holds something that is still read, found by going through the steps of a forward pass from the last to the first:
/// a buffer lives from the step that writes it to the last one that reads it. Buffers that never live at the same time may share memory.
/// </summary>
internal sealed class Lifetimes
{
    private const int MostBuffers = 64;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _indexes = new(StringComparer.Ordinal);
    private readonly ulong[] _alive;
    private readonly ulong[] _meets = new ulong[MostBuffers];

    private Lifetimes(IReadOnlyList<Step> steps)
    {
        // Behind the last step nothing is read. A bit a buffer.
        ulong alive = 0;
        _alive = new ulong[steps.Count];
        for (int i = steps.Count - 1; i >= 0; i--)
        {
            _alive[i] = alive;
            ulong touched = 0;
            foreach (BufferUse use in steps[i].Uses)
            {
                ulong bit = 1UL << IndexOf(use.Buffer);
                touched |= bit;
                alive = use.Access == BufferAccess.Write ? alive & ~bit : alive | bit;
            }

            Meet(alive | _alive[i] | touched);
        }

        if (alive != 0)
        {
            throw new InvalidOperationException($"A step reads {string.Join(", ", NamesOf(alive))}, which no step before it has written.");
        }
    }

    /// <summary>Follows the buffers through the steps of a whole forward pass, in their order.</summary>
    /// <exception cref="InvalidOperationException">A step reads what none has written.</exception>
    public static Lifetimes Of(IReadOnlyList<Step> steps) => new(steps);

    /// <summary>Whether two buffers live at the same time.</summary>
    public bool Meet(string buffer, string other) =>
        _indexes.TryGetValue(buffer, out int index) && _indexes.TryGetValue(other, out int otherIndex) && (_meets[index] >> otherIndex & 1) != 0;

    /// <summary>Names of the buffers that a later step reads, behind a step.</summary>
    /// <param name="step">Index of the step.</param>
    public IEnumerable<string> AliveBehind(int step) => NamesOf(_alive[step]).OrderBy(name => name, StringComparer.Ordinal);

    private void Meet(ulong together)
    {
        for (int i = 0; i < _names.Count; i++)
        {
            if ((together >> i & 1) != 0)
            {
                _meets[i] |= together;
            }
        }
    }

    private IEnumerable<string> NamesOf(ulong buffers) => _names.Where((_, i) => (buffers >> i & 1) != 0);

    private int IndexOf(string buffer)
    {
        if (!_indexes.TryGetValue(buffer, out int index))
        {
            index = _names.Count;
            if (index == MostBuffers)
            {
                throw new InvalidOperationException($"A forward pass has {MostBuffers} buffers at most.");
            }

            _names.Add(buffer);
            _indexes.Add(buffer, index);
        }

        return index;
    }
}
