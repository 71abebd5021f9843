using System;
using System.ComponentModel;

namespace ModelGen.CompilerServices;

/// <summary>
/// Which rows of a batch go to which experts. Each row is there once for each of its experts, at the place row · used + rank. Sorted by expert, and
/// of one expert by row, each place has a slot, so that an expert's weights are read once for all rows that take it. Behind an expert's last slot
/// is room for what a tile of rows writes that is not full.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe struct ExpertSchedule
{
    private readonly int _experts;
    private readonly int _used;
    private readonly int _surplus;

    /// <summary>Sets up the schedule of a pattern.</summary>
    /// <param name="experts">Experts.</param>
    /// <param name="used">Experts that a row takes.</param>
    /// <param name="surplus">Slots behind an expert's that may be written.</param>
    public ExpertSchedule(int experts, int used, int surplus)
    {
        _experts = experts;
        _used = used;
        _surplus = surplus;
    }

    /// <summary>At each place the expert, from 0 to the number of experts - 1; written before <see cref="Sort"/>.</summary>
    public int* Chosen { readonly get; private set; }

    /// <summary>At each place the expert's weight; written before <see cref="Sort"/>.</summary>
    public float* Weights { readonly get; private set; }

    /// <summary>At each place its slot.</summary>
    public int* Slots { readonly get; private set; }

    /// <summary>The place of each slot.</summary>
    public int* Places { readonly get; private set; }

    /// <summary>The first slot of each expert.</summary>
    public int* First { readonly get; private set; }

    /// <summary>The slot behind each expert's last.</summary>
    public int* End { readonly get; private set; }

    /// <summary>The experts that have rows.</summary>
    public int* Active { readonly get; private set; }

    /// <summary>Their number.</summary>
    public int ActiveCount { readonly get; private set; }

    /// <summary>Bytes of memory for batches of so many rows.</summary>
    /// <param name="rows">Rows of a batch at most.</param>
    public readonly long BytesOf(int rows) => (3L * rows * _used + MostSlots(rows) + 3L * _experts) * sizeof(int);

    /// <summary>Gives the schedule its memory.</summary>
    /// <param name="memory">As many bytes as <see cref="BytesOf"/> says.</param>
    /// <param name="rows">Rows of a batch at most.</param>
    public void Place(byte* memory, int rows)
    {
        int places = rows * _used;
        Chosen = (int*)memory;
        Weights = (float*)(Chosen + places);
        Slots = (int*)(Weights + places);
        Places = Slots + places;
        First = Places + MostSlots(rows);
        End = First + _experts;
        Active = End + _experts;
    }

    /// <summary>Sorts the rows by the experts that were chosen for them.</summary>
    /// <param name="rows">Rows of the batch.</param>
    public void Sort(int rows)
    {
        int places = rows * _used;
        int* counts = End;
        new Span<int>(counts, _experts).Clear();
        for (int place = 0; place < places; place++)
        {
            counts[Chosen[place]]++;
        }

        ActiveCount = 0;
        int slots = 0;
        for (int expert = 0; expert < _experts; expert++)
        {
            int count = counts[expert];
            First[expert] = slots;
            End[expert] = slots;
            if (count > 0)
            {
                Active[ActiveCount++] = expert;
                slots += count + _surplus;
            }
        }

        for (int place = 0; place < places; place++)
        {
            int slot = End[Chosen[place]]++;
            Slots[place] = slot;
            Places[slot] = place;
        }
    }

    private readonly int MostSlots(int rows) => rows * _used + Math.Min(_experts, rows * _used) * _surplus;
}
