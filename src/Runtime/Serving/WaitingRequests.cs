using System.Collections.Generic;

namespace ModelGen.Serving;

/// <summary>
/// Requests that wait, the first of which is the next: by priority, then in the order in which they came. One that many later ones have gone
/// before is the next all the same.
/// </summary>
internal sealed class WaitingRequests
{
    /// <summary>How many later ones go before a request at most.</summary>
    public const int MostOvertakings = 8;

    private readonly List<EngineRequest> _requests = [];

    /// <summary>How many wait.</summary>
    public int Count => _requests.Count;

    /// <summary>Puts a request where its rank is.</summary>
    public void Add(EngineRequest request)
    {
        int index = _requests.Count;
        while (index > 0 && request.RanksBefore(_requests[index - 1]))
        {
            index--;
        }

        _requests.Insert(index, request);
    }

    /// <summary>The next one; null: none waits.</summary>
    public EngineRequest? Peek()
    {
        EngineRequest? next = _requests.Count > 0 ? _requests[0] : null;
        foreach (EngineRequest request in _requests)
        {
            if (request.Overtaken >= MostOvertakings && (next!.Overtaken < MostOvertakings || request.Number < next.Number))
            {
                next = request;
            }
        }

        return next;
    }

    /// <summary>It is the turn of the one that <see cref="Peek"/> gave.</summary>
    public void Take(EngineRequest next)
    {
        _requests.Remove(next);
        foreach (EngineRequest request in _requests)
        {
            if (request.Number < next.Number)
            {
                request.Overtaken++;
            }
        }
    }

    /// <summary>Takes those out that nobody reads any more, into a list.</summary>
    public void TakeAbandoned(List<EngineRequest> abandoned)
    {
        for (int index = _requests.Count - 1; index >= 0; index--)
        {
            if (_requests[index].IsAbandoned)
            {
                abandoned.Add(_requests[index]);
                _requests.RemoveAt(index);
            }
        }
    }

    /// <summary>Takes all of them out, into a list.</summary>
    public void TakeAll(List<EngineRequest> all)
    {
        all.AddRange(_requests);
        _requests.Clear();
    }
}
