using System;
using System.Collections.Generic;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Embeddings;

/// <summary>Receives what an encoder makes of a text.</summary>
/// <param name="text">Index of the text.</param>
/// <param name="vectors">The vectors of its tokens that were wanted, one behind the other; they are there during the call.</param>
internal delegate void VectorReceiver(int text, ReadOnlySpan<float> vectors);

/// <summary>
/// Takes texts through an encoder, as many at a time as its rows and pages hold. What a text gives does not depend on those beside it, to the
/// bit. One call at a time executes; others wait for it between two such groups of texts.
/// </summary>
internal sealed unsafe class EncoderExecutor : IDisposable
{
    // Texts that go through together at most, beside the pages of one of a full context: rows of shorter texts would not make products faster.
    private const int SpareTexts = 32;

    // Bytes of a cache line.
    private const int Alignment = 64;

    private readonly Lock _gate = new();
    private readonly ForwardPass _forwardPass;
    private readonly StateLayout _state;
    private readonly Row[] _rows;
    private readonly nint[] _pages;
    private readonly NativeBlock _memory;
    private readonly float* _vectors;

    /// <param name="forwardPass">The model's; taken over.</param>
    /// <param name="state">What it remembers of a text.</param>
    /// <param name="vectorLength">Floats of a vector.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public EncoderExecutor(ForwardPass forwardPass, StateLayout state, int vectorLength)
    {
        _forwardPass = forwardPass;
        _state = state;
        VectorLength = vectorLength;
        _rows = GC.AllocateArray<Row>(forwardPass.MaxRows, pinned: true);
        _pages = GC.AllocateArray<nint>(state.Pages + SpareTexts, pinned: true);
        long vectorBytes = forwardPass.MaxRows * (long)vectorLength * sizeof(float);
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

    /// <summary>Takes texts through the encoder.</summary>
    /// <param name="texts">The texts; none longer than the context.</param>
    /// <param name="wanted">Whose vectors are wanted of each text: the first token's, the last one's, or all; null: all.</param>
    /// <param name="receive">Is called once a text, in their order.</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; some texts may have been received.</exception>
    public void Evaluate(IReadOnlyList<EncoderText> texts, Pooling? wanted, VectorReceiver receive, CancellationToken cancellationToken)
    {
        for (int first = 0, end; first < texts.Count; first = end)
        {
            lock (_gate)
            {
                int rows = Place(texts, first, wanted, out end);
                fixed (Row* pinned = _rows)
                {
                    _forwardPass.Evaluate(pinned, rows, cancellationToken);
                }

                float* vectors = _vectors;
                for (int text = first; text < end; text++)
                {
                    int floats = CountOf(texts[text], wanted) * VectorLength;
                    receive(text, new ReadOnlySpan<float>(vectors, floats));
                    vectors += floats;
                }
            }
        }
    }

    /// <summary>Frees the memory. No call may be under way.</summary>
    public void Dispose()
    {
        _forwardPass.Dispose();
        _memory.Dispose();
    }

    private static int CountOf(in EncoderText text, Pooling? wanted) => wanted is Pooling.First or Pooling.Last ? 1 : text.Ids.Length;

    /// <summary>Makes rows of the texts from the first on, as many as there is room for.</summary>
    /// <returns>Their number.</returns>
    private int Place(IReadOnlyList<EncoderText> texts, int first, Pooling? wanted, out int end)
    {
        int count = 0;
        int page = 0;
        float* vector = _vectors;
        fixed (nint* pages = _pages)
        {
            for (end = first; end < texts.Count; end++)
            {
                EncoderText text = texts[end];
                ReadOnlySpan<int> ids = text.Ids.Span;
                int ownPages = (ids.Length + _state.PagePositions - 1) / _state.PagePositions;
                if (count + ids.Length > _rows.Length || page + ownPages > _pages.Length)
                {
                    break;
                }

                for (int position = 0; position < ids.Length; position++)
                {
                    bool isWanted = wanted switch
                    {
                        Pooling.First => position == 0,
                        Pooling.Last => position == ids.Length - 1,
                        _ => true,
                    };
                    _rows[count++] = new Row
                    {
                        Token = ids[position],
                        Position = position,
                        TextLength = ids.Length,
                        Type = position < text.SecondFrom ? 0 : 1,
                        Pages = (byte**)(pages + page),
                        Logits = isWanted ? vector : null,
                    };
                    vector += isWanted ? VectorLength : 0;
                }

                page += ownPages;
            }
        }

        return count;
    }
}
