using System.Collections.Generic;

namespace ModelGen.Tokenization;

/// <summary>Takes the ids of a text: keeps them, or only counts them.</summary>
internal sealed class IdSink
{
    private readonly List<int>? _ids;

    private IdSink(List<int>? ids) => _ids = ids;

    /// <summary>How many ids it took.</summary>
    public int Count { get; private set; }

    public static IdSink Keep(List<int> ids) => new(ids);

    public static IdSink CountOnly() => new(ids: null);

    public void Add(int id)
    {
        _ids?.Add(id);
        Count++;
    }

    /// <summary>Takes the last ids back.</summary>
    /// <param name="count">How many stay.</param>
    public void Truncate(int count)
    {
        _ids?.RemoveRange(_ids.Count - (Count - count), Count - count);
        Count = count;
    }

    /// <summary>Turns the ids from <paramref name="start"/> on around.</summary>
    public void Reverse(int start)
    {
        int count = Count - start;
        _ids?.Reverse(_ids.Count - count, count);
    }
}
