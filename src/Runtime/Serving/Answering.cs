using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;
using ModelGen.Execution;

namespace ModelGen.Serving;

/// <summary>
/// The requests that an engine is answering. A step takes each of them on by one part: an answer by its next token, a prompt by some of its
/// tokens; all parts go through the weights together. Used by one thread, but for its counts.
/// </summary>
/// <remarks>
/// Where there is no memory for a part, what is kept of other texts goes first; then the request that ranks last gives its own back: it
/// waits again, and what its text has by then is evaluated again. The first one never gives way, so that there always is one that comes to
/// its end.
/// </remarks>
internal sealed class Answering : IDisposable
{
    private readonly BatchExecutor _executor;
    private readonly PagePool _pool;
    private readonly Tokenizer _tokenizer;
    private readonly ModelInfo _info;
    private readonly RowPlan _rows;
    private readonly PrefixCache? _cache;
    private readonly long _memoryLimit;
    private readonly EvaluationCall _call = new();
    private readonly TokenChoices _choices;
    private readonly Stack<AnswerPlace> _places = [];

    // Made once, not at every step.
    private readonly Action<EngineRequest> _beginStep;
    private readonly Action<EngineRequest> _beginPart;
    private readonly Action<EngineRequest> _endStep;

    // By rank.
    private readonly List<EngineRequest> _requests = [];
    private volatile int _count;
    private long _preemptions;

    /// <param name="executor">The model's.</param>
    /// <param name="workers">The model's threads.</param>
    /// <param name="pool">Where pages come from.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="info">What the model is.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="memoryLimit">Bytes of pages at most.</param>
    public Answering(
        BatchExecutor executor,
        WorkerPool workers,
        PagePool pool,
        Tokenizer tokenizer,
        ModelInfo info,
        EngineOptions options,
        long memoryLimit)
    {
        _executor = executor;
        _pool = pool;
        _tokenizer = tokenizer;
        _info = info;
        _memoryLimit = memoryLimit;
        _cache = options.PrefixCache ? new PrefixCache(pool) : null;
        _beginStep = BeginStep;
        _beginPart = BeginPart;
        _endStep = EndStep;
        _choices = new TokenChoices(workers, executor.Turn);
        _rows = new RowPlan(executor.MaxRows, options.MaxPromptChunk);
    }

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>How often a request has had to give its memory back.</summary>
    public long Preemptions => Interlocked.Read(ref _preemptions);

    /// <summary>Bytes of what is kept of texts.</summary>
    public long CachedBytes => _cache?.Bytes ?? 0;

    /// <summary>Whether there is memory for what a request begins with, beside those that are there; for the first one there is.</summary>
    public bool HasRoomFor(EngineRequest next)
    {
        if (_requests.Count == 0)
        {
            return true;
        }

        long bytes = BytesOf(next);
        foreach (EngineRequest request in _requests)
        {
            bytes += BytesOf(request);
        }

        return bytes <= _memoryLimit;
    }

    /// <summary>It is a request's turn, for the first time or again.</summary>
    public void Start(EngineRequest request)
    {
        try
        {
            if (request.Place is null)
            {
                request.Start(_places.TryPop(out AnswerPlace? place) ? place : CreatePlace(), _tokenizer);
            }
        }
        catch (Exception error)
        {
            request.Fail(error);
            Release(request);
            return;
        }

        int index = _requests.Count;
        while (index > 0 && request.RanksBefore(_requests[index - 1]))
        {
            index--;
        }

        _requests.Insert(index, request);
        _count = _requests.Count;
    }

    /// <summary>Lets go of those that nobody reads any more.</summary>
    public void DropAbandoned()
    {
        for (int index = _requests.Count - 1; index >= 0; index--)
        {
            if (_requests[index].IsAbandoned)
            {
                Remove(_requests[index]);
            }
        }
    }

    /// <summary>Takes all on by a part.</summary>
    /// <param name="displaced">Takes those that had to give their memory back.</param>
    public void Step(List<EngineRequest> displaced)
    {
        for (int index = 0; index < _requests.Count; index++)
        {
            EngineRequest request = _requests[index];
            if (!Try(request, _beginStep))
            {
                index--;
            }
        }

        _rows.Share(_requests);
        Reserve(displaced);
        _call.Begin(default);
        for (int index = 0; index < _requests.Count; index++)
        {
            EngineRequest request = _requests[index];
            if (request.Rows > 0 && !Try(request, _beginPart))
            {
                index--;
            }
        }

        if (_call.Pending > 0)
        {
            _executor.Evaluate(_call);
        }

        for (int index = 0; index < _requests.Count; index++)
        {
            EngineRequest request = _requests[index];
            if (request.Rows > 0 && !EndPart(request, displaced))
            {
                index--;
            }
        }

        _choices.Run();
        for (int index = _requests.Count - 1; index >= 0; index--)
        {
            if (_requests[index].Rows > 0)
            {
                Try(_requests[index], _endStep);
            }
        }
    }

    /// <summary>Takes back where a request was answered.</summary>
    public void Release(EngineRequest request)
    {
        if (request.Leave() is AnswerPlace place)
        {
            if (_cache is not null)
            {
                place.KeepAll(_cache);
            }

            place.Clear();
            _places.Push(place);
        }
    }

    /// <summary>Ends all with an exception.</summary>
    public void FailAll(Exception error)
    {
        while (_requests.Count > 0)
        {
            _requests[^1].Fail(error);
            Remove(_requests[^1]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_places.TryPop(out AnswerPlace? place))
        {
            place.Dispose();
        }
    }

    private AnswerPlace CreatePlace() => new(new PagedSequence(_executor, _pool, _info.ContextLength, _info.VocabularySize));

    // What its text takes, and the page that comes next.
    private long BytesOf(EngineRequest request)
    {
        int position = int.Max(request.Place?.Text.Position ?? 0, request.PromptLength);
        return _pool.Layout.BytesOf(int.Min(position + _pool.Layout.PagePositions, _info.ContextLength));
    }

    /// <summary>Has memory for each one's part, in the order of their ranks.</summary>
    private void Reserve(List<EngineRequest> displaced)
    {
        for (int index = 0; index < _requests.Count; index++)
        {
            EngineRequest request = _requests[index];
            while (request.Rows > 0)
            {
                try
                {
                    request.Rows = request.Place!.Reserve(request.Rows, request.Logits);
                    break;
                }
                catch (PageShortageException error)
                {
                    MakeRoom(request, error, displaced);
                }
            }

            // It is gone where it ranked last itself.
            index -= index < _requests.Count && _requests[index] == request ? 0 : 1;
        }
    }

    /// <summary>
    /// Gives back what is kept of other texts, or has the one that ranks last give its memory back. Where it is the only one, it has asked
    /// for more than there is.
    /// </summary>
    private void MakeRoom(EngineRequest request, PageShortageException error, List<EngineRequest> displaced)
    {
        if (_cache?.TryEvict() ?? false)
        {
            return;
        }

        if (_requests.Count > 1)
        {
            Displace(_requests[^1], displaced);
        }
        else
        {
            Fail(request, error);
        }
    }

    private void Displace(EngineRequest request, List<EngineRequest> displaced)
    {
        request.Place!.Forget();
        request.Rows = 0;
        _requests.Remove(request);
        _count = _requests.Count;
        displaced.Add(request);
        Interlocked.Increment(ref _preemptions);
    }

    private void BeginStep(EngineRequest request)
    {
        if (request.Logits == 0)
        {
            request.Logits = request.Generation!.Begin();
        }

        if (_cache is not null && request.ReadsCache)
        {
            try
            {
                request.Place!.Adopt(_cache, request.Logits);
            }
            catch (PageShortageException)
            {
                // It reads its text anew.
            }
        }
    }

    private void BeginPart(EngineRequest request)
    {
        AnswerPlace place = request.Place!;
        bool isLast = place.Text.Evaluated + request.Rows == place.Text.Position;
        _call.Add(place.Begin(request.Rows, request.Logits, isLast && request.Logits == 1 ? request.Generation!.Wanted : []));
    }

    /// <returns>Whether the request goes on.</returns>
    private bool EndPart(EngineRequest request, List<EngineRequest> displaced)
    {
        try
        {
            AnswerPlace place = request.Place!;
            place.ThrowIfFailed();
            bool isLast = place.End(request.Rows);
            if (isLast && request.HasProcessors)
            {
                request.Choose();
            }
            else if (isLast)
            {
                _choices.Add(request);
            }

            return true;
        }
        catch (PageShortageException error)
        {
            // A part that wants logits of several tokens may be several batches, of which there is memory for the first. It is tried again.
            MakeRoom(request, error, displaced);
            return request.Rows > 0;
        }
        catch (Exception error)
        {
            Fail(request, error);
            return false;
        }
    }

    private void EndStep(EngineRequest request)
    {
        // Here, where tokens that were guessed and not chosen are in no text any more.
        if (_cache is not null)
        {
            request.Place!.KeepPages(_cache);
        }

        if (request.Deliver())
        {
            Remove(request);
        }
    }

    /// <summary>Does something for a request; what goes wrong ends that one alone.</summary>
    private bool Try(EngineRequest request, Action<EngineRequest> action)
    {
        try
        {
            action(request);
            return true;
        }
        catch (Exception error)
        {
            Fail(request, error);
            return false;
        }
    }

    private void Fail(EngineRequest request, Exception error)
    {
        request.Fail(error);
        Remove(request);
    }

    private void Remove(EngineRequest request)
    {
        request.Rows = 0;
        _requests.Remove(request);
        _count = _requests.Count;
        Release(request);
    }
}
