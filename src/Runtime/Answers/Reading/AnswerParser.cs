using System.Collections.Generic;

namespace ModelGen.Answers;

/// <summary>Takes in an answer piece by piece and gives out its parts.</summary>
internal abstract class AnswerParser
{
    private readonly Queue<ChatAnswerPart> _parts = [];

    /// <summary>Whether what comes next belongs to what the model thinks.</summary>
    public abstract bool IsReasoning { get; }

    /// <summary>Text that is not given out yet.</summary>
    protected string Pending { get; set; } = "";

    /// <summary>Whether a control token means something where it stands; others have no text.</summary>
    /// <param name="name">The token's name.</param>
    public abstract bool Takes(string name);

    /// <summary>Takes in the next piece.</summary>
    public void Append(string text)
    {
        if (text.Length > 0)
        {
            Pending = Pending.Length == 0 ? text : Pending + text;
            while (TryAdvance())
            {
            }
        }
    }

    /// <summary>No more pieces come.</summary>
    public abstract void Complete();

    /// <summary>The next part.</summary>
    public bool TryTake(out ChatAnswerPart part) => _parts.TryDequeue(out part);

    /// <summary>Gives out what is sure of <see cref="Pending"/>, up to the next marker.</summary>
    /// <returns>Whether a marker was met, so that there may be more to give out.</returns>
    protected abstract bool TryAdvance();

    /// <summary>Gives out a piece, unless it is empty.</summary>
    protected void Give(ChatAnswerPartKind kind, string text)
    {
        if (text.Length > 0)
        {
            _parts.Enqueue(new ChatAnswerPart(kind, text));
        }
    }

    /// <summary>Gives out calls.</summary>
    protected void Give(List<ChatToolCall> calls)
    {
        foreach (ChatToolCall call in calls)
        {
            _parts.Enqueue(new ChatAnswerPart(call));
        }
    }

    /// <summary>Gives out what cannot belong to a marker any more and keeps the rest.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="markers">What may come.</param>
    /// <param name="holdsSpace">Whether white space in front of a marker is dropped, and so is held back.</param>
    protected void GiveSure(ChatAnswerPartKind kind, IReadOnlyList<string> markers, bool holdsSpace)
    {
        int sure = Pending.Length - MarkerSearch.LengthOfBeginning(Pending, markers);
        while (holdsSpace && sure > 0 && char.IsWhiteSpace(Pending[sure - 1]))
        {
            sure--;
        }

        if (sure > 0)
        {
            string text = sure == Pending.Length ? Pending : Pending[..sure];
            Pending = Pending[sure..];
            Give(kind, text);
        }
    }
}
