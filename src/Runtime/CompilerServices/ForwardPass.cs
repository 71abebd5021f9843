using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Threading;

namespace ModelGen.CompilerServices;

/// <summary>
/// The forward pass of one compiled model, with the scratch memory of one batch. Emitted code derives from it; programs use
/// <see cref="Session"/>, which checks every precondition named here; nobody else can call it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract unsafe class ForwardPass : IDisposable
{
    private readonly List<NativeBlock> _blocks = [];

    /// <summary>Rows of a batch at most.</summary>
    public abstract int MaxRows { get; }

    /// <summary>Rows of one sequence that may want logits in one batch, where their memory is side by side; 0 of an encoder, as the next.</summary>
    public virtual int LogitRows => 0;

    /// <summary>Floats of a row of logits: those of the vocabulary, padded to what kernels write.</summary>
    public virtual int LogitStride => 0;

    /// <summary>
    /// What an encoder with a head of terms gives: false, a vector of each row that wants one; true, of each text, all rows of which say the
    /// same place, the largest logit of each term of the vocabulary where it is above what lies there.
    /// </summary>
    protected internal bool GivesTerms { get; set; }

    /// <summary>
    /// Evaluates a batch: each row's keys and values are put into its sequence's pages, and the logits of the rows that want them are written
    /// where they say. What a row gets does not depend on the rows beside it, to the bit.
    /// </summary>
    /// <param name="rows">The rows; those of a sequence stand together, and its pages hold all that comes before them.</param>
    /// <param name="count">1 to <see cref="MaxRows"/>.</param>
    /// <param name="cancellationToken">Looked at between steps. After a cancelled call the pages at and past the rows' positions are
    /// undefined.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    protected internal abstract void Evaluate(Row* rows, int count, CancellationToken cancellationToken);

    /// <summary>Frees the scratch memory. No call may be under way.</summary>
    public void Dispose()
    {
        foreach (NativeBlock block in _blocks)
        {
            block.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Zeroed memory that is there as long as the forward pass.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>Its first byte; a multiple of 4096.</returns>
    /// <exception cref="ModelGenException">There is not enough memory.</exception>
    protected byte* Allocate(long bytes)
    {
        try
        {
            var block = new NativeBlock(bytes);
            _blocks.Add(block);
            return block.Address;
        }
        catch (OutOfMemoryException error)
        {
            Dispose();
            throw new ModelGenException($"There is no memory for {bytes} bytes of the model's buffers.", error);
        }
    }
}
