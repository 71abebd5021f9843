using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Embeddings;

/// <summary>Receives what an encoder makes of a text.</summary>
/// <param name="text">Index of the text.</param>
/// <param name="vectors">
/// The vectors of its tokens that were wanted, one behind the other, or its largest logits of all terms, 0 where none is above; they are there
/// during the call.
/// </param>
internal delegate void VectorReceiver(int text, ReadOnlySpan<float> vectors);

/// <summary>
/// Takes texts through an encoder, as many at a time as its rows and pages hold. What a text gives does not depend on those beside it, to the
/// bit; so texts of callers that wait go along with those of the one whose turn it is, and many small calls at once cost what a large one does.
/// </summary>
internal sealed unsafe class EncoderExecutor : IDisposable
{
    // Texts that go through together at most, beside the pages of one of a full context: rows of shorter texts would not make products faster.
    private const int SpareTexts = 32;

    // Rows up to which others' texts come along: with fewer, products would be slower, with more, a short text would wait for long ones.
    private const int SharedRows = 192;

    // Bytes of a cache line.
    private const int Alignment = 64;

    // Floats of one: no two texts' terms share it, so that threads do not wait for each other.
    private const int LineFloats = Alignment / sizeof(float);

    // Held by the caller whose turn it is, for one group of texts.
    private readonly Lock _gate = new();

    // Calls under way in the order in which they came, and which of them have texts in the group that is executed, from which text to which.
    private readonly List<EncoderCall> _calls = [];
    private readonly List<(EncoderCall Call, int End)> _group = [];
    private readonly ForwardPass _forwardPass;
    private readonly StateLayout _state;
    private readonly Row[] _rows;
    private readonly nint[] _pages;
    private readonly NativeBlock _memory;
    private readonly float* _vectors;
    private readonly int _terms;
    private readonly int _termsPitch;

    /// <param name="forwardPass">The model's; taken over.</param>
    /// <param name="state">What it remembers of a text.</param>
    /// <param name="vectorLength">Floats of a vector.</param>
    /// <param name="terms">Terms of which it gives logits; 0: it gives none.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public EncoderExecutor(ForwardPass forwardPass, StateLayout state, int vectorLength, int terms)
    {
        _forwardPass = forwardPass;
        _state = state;
        _terms = terms;
        _termsPitch = (terms + LineFloats - 1) / LineFloats * LineFloats;
        VectorLength = vectorLength;
        _rows = GC.AllocateArray<Row>(forwardPass.MaxRows, pinned: true);
        _pages = GC.AllocateArray<nint>(state.Pages + SpareTexts, pinned: true);

        // A text has a page at least.
        long vectorBytes = Math.Max(forwardPass.MaxRows * (long)vectorLength, _pages.Length * (long)_termsPitch) * sizeof(float);
        long pagesFrom = (vectorBytes + Alignment - 1) / Alignment * Alignment;
        long pageBytes = state.PageBytesOf(0);
        long bytes = pagesFrom + _pages.Length * pageBytes;
        try
        {
            // Memory that no text has reached yet is only promised by the operating system.
            _memory = new NativeBlock(bytes);
        }
        catch (OutOfMemoryException error)
        {
            forwardPass.Dispose();
            throw new ModelGenException($"There is no memory for {bytes} bytes of the model's keys, values and vectors.", error);
        }

        _vectors = (float*)_memory.Address;
        for (int page = 0; page < _pages.Length; page++)
        {
            _pages[page] = (nint)(_memory.Address + pagesFrom + page * pageBytes);
        }
    }

    /// <summary>Floats of a vector.</summary>
    public int VectorLength { get; }

    /// <summary>Takes a call's texts through the encoder.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Looked at between steps, while it is this call's turn.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; some texts may have been received.</exception>
    public void Evaluate(EncoderCall call, CancellationToken cancellationToken)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }

        try
        {
            while (!call.IsDone)
            {
                lock (_gate)
                {
                    // Whoever had the turn before may have taken the rest along.
                    if (!call.IsDone)
                    {
                        EvaluateGroup(call, cancellationToken);
                    }
                }
            }
        }
        finally
        {
            lock (_calls)
            {
                _calls.Remove(call);
            }
        }

        call.ThrowIfFaulted();
    }

    /// <summary>Frees the memory. No call may be under way.</summary>
    public void Dispose()
    {
        _forwardPass.Dispose();
        _memory.Dispose();
    }

    private void EvaluateGroup(EncoderCall call, CancellationToken cancellationToken)
    {
        int rows = PlaceGroup(call);
        try
        {
            fixed (Row* pinned = _rows)
            {
                _forwardPass.GivesTerms = call.WantsTerms;
                _forwardPass.Evaluate(pinned, rows, cancellationToken);
            }
        }
        catch
        {
            // Nobody takes the texts of a call that has ended along; those that came along with them wait for a turn of their own.
            call.End();
            throw;
        }

        float* vectors = _vectors;
        foreach ((EncoderCall member, int end) in _group)
        {
            for (int text = member.Received; text < end; text++)
            {
                int floats = call.WantsTerms ? _terms : member.CountOf(member.Texts[text]) * VectorLength;

                // What is left of a call whose receiver failed is passed over: vectors of others lie behind it.
                if (!member.IsDone)
                {
                    member.Receive(new ReadOnlySpan<float>(vectors, floats));
                }

                vectors += call.WantsTerms ? _termsPitch : floats;
            }
        }
    }

    /// <summary>Makes rows of texts, as many as there is room for: first those of the call, then of others in their order.</summary>
    /// <returns>Their number.</returns>
    private int PlaceGroup(EncoderCall call)
    {
        _group.Clear();
        int count = 0;
        int page = 0;
        float* vector = _vectors;
        fixed (nint* pages = _pages)
        {
            Place(call, _rows.Length, (byte**)pages, ref count, ref page, ref vector);
            lock (_calls)
            {
                foreach (EncoderCall other in _calls)
                {
                    if (other != call && other.WantsTerms == call.WantsTerms && !other.IsDone)
                    {
                        Place(other, SharedRows, (byte**)pages, ref count, ref page, ref vector);
                    }
                }
            }
        }

        return count;
    }

    private void Place(EncoderCall call, int mostRows, byte** pages, ref int count, ref int page, ref float* vector)
    {
        int end = call.Received;
        for (; end < call.Texts.Count; end++)
        {
            EncoderText text = call.Texts[end];
            ReadOnlySpan<int> ids = text.Ids.Span;
            int ownPages = (ids.Length + _state.PagePositions - 1) / _state.PagePositions;
            if (count + ids.Length > mostRows || page + ownPages > _pages.Length)
            {
                break;
            }

            if (call.WantsTerms)
            {
                // What is not above 0 has no weight.
                new Span<float>(vector, _termsPitch).Clear();
            }

            for (int position = 0; position < ids.Length; position++)
            {
                bool isWanted = call.Wants(text, position);
                _rows[count++] = new Row
                {
                    Token = ids[position],
                    Position = position,
                    TextLength = ids.Length,
                    Type = position < text.SecondFrom ? 0 : 1,
                    Pages = pages + page,
                    Logits = isWanted ? vector : null,
                };
                vector += isWanted && !call.WantsTerms ? VectorLength : 0;
            }

            vector += call.WantsTerms ? _termsPitch : 0;
            page += ownPages;
        }

        if (end > call.Received)
        {
            _group.Add((call, end));
        }
    }
}
