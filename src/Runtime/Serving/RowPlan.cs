using System.Collections.Generic;

namespace ModelGen.Serving;

/// <summary>Shares the rows of a step out: each answer has what its next token takes, and prompts share the rest.</summary>
/// <param name="maxRows">Rows of a batch.</param>
/// <param name="maxPromptChunk">The most rows of prompts beside answers, which wait for them.</param>
internal sealed class RowPlan(int maxRows, int maxPromptChunk)
{
    // Fewer rows of a prompt are not worth reading the weights for. So many tokens are still an answer's next step, such as those that a
    // grammar left no choice about; more are a text that is being read.
    private const int LeastShare = 16;

    private readonly List<(EngineRequest Request, int Unevaluated)> _readers = [];
    private int _turn;

    /// <summary>Says how many rows each request has in the next step.</summary>
    /// <param name="requests">Requests whose step has begun, by rank.</param>
    public void Share(List<EngineRequest> requests)
    {
        int answers = 0;
        _readers.Clear();
        foreach (EngineRequest request in requests)
        {
            int unevaluated = request.Place!.CountUnevaluated(request.Logits);
            bool isAnswer = unevaluated <= int.Max(request.Logits, LeastShare);
            request.Rows = isAnswer ? unevaluated : 0;
            answers += request.Rows;
            if (!isAnswer)
            {
                _readers.Add((request, unevaluated));
            }
        }

        int rows = answers == 0 ? maxRows : int.Min(maxPromptChunk, int.Max(maxRows - answers, LeastShare));
        _turn++;
        int end;
        for (int first = 0; first < _readers.Count && rows > 0; first = end)
        {
            end = first + 1;
            while (end < _readers.Count && _readers[end].Request.Priority == _readers[first].Request.Priority)
            {
                end++;
            }

            rows = Share(first, end, rows);
        }
    }

    /// <summary>Shares rows out among prompts of one priority, who is the first of them by turns.</summary>
    /// <returns>Rows that are left.</returns>
    private int Share(int first, int end, int rows)
    {
        int count = end - first;
        for (int index = 0; index < count && rows > 0; index++)
        {
            (EngineRequest request, int unevaluated) = _readers[first + (index + _turn) % count];
            int share = int.Max(rows / (count - index), LeastShare);
            request.Rows = int.Min(int.Min(share, rows), unevaluated);
            rows -= request.Rows;
        }

        return rows;
    }
}
