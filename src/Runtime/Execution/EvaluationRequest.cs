using System;
using System.Runtime.ExceptionServices;

namespace ModelGen.Execution;

/// <summary>Tokens of a sequence that are to be evaluated. Each sequence has one request, which its calls use again.</summary>
internal sealed class EvaluationRequest(PagedSequence sequence)
{
    private ExceptionDispatchInfo? _failure;

    /// <summary>The sequence that waits.</summary>
    public PagedSequence Sequence => sequence;

    /// <summary>The call that it is a part of.</summary>
    public EvaluationCall Call { get; set; } = null!;

    /// <summary>Ids by position.</summary>
    public int[] Text { get; private set; } = [];

    /// <summary>Position of the next token that is not evaluated yet.</summary>
    public int Position { get; private set; }

    /// <summary>Position behind the last token.</summary>
    public int End { get; private set; }

    /// <summary>Position of the first token whose logits are wanted; those of all behind it are too.</summary>
    public int FirstLogit { get; private set; }

    /// <summary>Where logits are written.</summary>
    public LogitRows Logits { get; private set; } = null!;

    /// <summary>Tokens that the batch at hand has of it.</summary>
    public int RowsInBatch { get; set; }

    /// <summary>Whether it is done, for better or worse; guarded by the executor.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Sets it up.</summary>
    public void Set(int[] text, int position, int end, int firstLogit, LogitRows logits)
    {
        Text = text;
        Position = position;
        End = end;
        FirstLogit = firstLogit;
        Logits = logits;
        RowsInBatch = 0;
        IsDone = false;
        _failure = null;
    }

    /// <summary>The tokens that the batch had are evaluated.</summary>
    public void Advance()
    {
        Position += RowsInBatch;
        sequence.Advance(Position);
        RowsInBatch = 0;
        IsDone = Position == End;
    }

    /// <summary>It ends with an exception.</summary>
    public void Fail(Exception error)
    {
        RowsInBatch = 0;
        _failure = ExceptionDispatchInfo.Capture(error);
        IsDone = true;
    }

    /// <summary>Throws what it ended with.</summary>
    public void ThrowIfFailed() => _failure?.Throw();
}
