using System;
using System.Threading;
using ModelGen.CompilerServices;

namespace ModelGen.Execution;

/// <summary>Takes source texts through the encoder of a decoder, one at a time, while no batch of the decoder's is evaluated.</summary>
internal sealed unsafe class SourceExecutor : IDisposable
{
    private readonly Lock _turn;
    private readonly ForwardPass _forwardPass;
    private readonly StateLayout _state;
    private readonly Row[] _rows;
    private readonly nint[] _table;
    private readonly NativeBlock _memory;

    /// <param name="forwardPass">The encoder's; taken over.</param>
    /// <param name="state">What it remembers of a text while it reads it.</param>
    /// <param name="turn">Held by whoever has the model's threads.</param>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    public SourceExecutor(ForwardPass forwardPass, StateLayout state, Lock turn)
    {
        _turn = turn;
        _forwardPass = forwardPass;
        _state = state;
        _rows = GC.AllocateArray<Row>(forwardPass.MaxRows, pinned: true);
        _table = GC.AllocateArray<nint>(state.TableLength, pinned: true);
        long pageBytes = state.PageBytesOf(0);
        try
        {
            // Memory that no text has reached yet is only promised by the operating system.
            _memory = new NativeBlock(state.Pages * pageBytes);
        }
        catch (OutOfMemoryException error)
        {
            forwardPass.Dispose();
            throw new ModelGenException($"There is no memory for {state.Pages * pageBytes} bytes of the encoder's keys and values.", error);
        }

        for (int page = 0; page < state.Pages; page++)
        {
            _table[page] = (nint)(_memory.Address + page * pageBytes);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="ids">Its tokens, no more than the context has.</param>
    /// <param name="pages">Addresses of the pages that receive the decoder's keys and values of it.</param>
    /// <param name="cancellationToken">Looked at between steps. After a cancelled call the pages are undefined.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Read(ReadOnlySpan<int> ids, ReadOnlySpan<nint> pages, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            pages.CopyTo(_table.AsSpan(_state.SourceEntry));
            fixed (nint* table = _table)
            fixed (Row* rows = _rows)
            {
                for (int position = 0; position < ids.Length; position++)
                {
                    rows[position] = new Row { Token = ids[position], Position = position, TextLength = ids.Length, Pages = (byte**)table };
                }

                _forwardPass.Evaluate(rows, ids.Length, cancellationToken);
            }
        }
    }

    /// <summary>Frees the memory. No call may be under way.</summary>
    public void Dispose()
    {
        _forwardPass.Dispose();
        _memory.Dispose();
    }
}
