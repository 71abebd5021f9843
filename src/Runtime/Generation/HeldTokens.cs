using System.Collections.Generic;
using System.Runtime.InteropServices;
using ModelGen.Tokenization;

namespace ModelGen.Generation;

/// <summary>
/// Turns generated ids into tokens with their text, and holds each back until two things are sure: that its text is complete, and that no stop
/// sequence takes it away.
/// </summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="stopSequences">Where generation ends.</param>
internal sealed class HeldTokens(Tokenizer tokenizer, IEnumerable<string> stopSequences)
{
    private readonly TextDecoder _decoder = new(tokenizer);
    private readonly StopSequenceMatcher _stops = new(stopSequences);
    private readonly List<Held> _held = [];
    private readonly Queue<GeneratedToken> _sure = [];

    /// <summary>Whether a stop sequence has appeared; no more tokens are added then.</summary>
    public bool IsStopped => _stops.StopStart is not null;

    /// <summary>The stop sequence that has appeared.</summary>
    public string? StopSequence => _stops.Found;

    /// <summary>Takes in the next token.</summary>
    /// <param name="id">An id of the tokenizer.</param>
    /// <param name="score">How likely it was.</param>
    public void Add(int id, TokenScore score)
    {
        long start = _stops.Length;
        string text = _decoder.Append(id);
        _stops.Append(text);
        _held.Add(new Held(id, start, text, score));
        if (!IsStopped)
        {
            ReleaseSure();
        }
    }

    /// <summary>Takes in a token of the prompt, which no stop sequence takes away; in front of all generated ones.</summary>
    public void AddPrompt(GeneratedToken token) => _sure.Enqueue(token);

    /// <summary>The next token that is sure.</summary>
    public bool TryTake(out GeneratedToken token) => _sure.TryDequeue(out token);

    /// <summary>
    /// No more tokens come. What is held is sure now, but for tokens whose text starts inside a stop sequence: nothing of them is given.
    /// </summary>
    /// <returns>How many tokens a stop sequence took away.</returns>
    public int Finish()
    {
        // Half a character at the end is U+FFFD; the token that left it there is still held.
        string rest = IsStopped ? "" : _decoder.Flush();
        if (rest.Length > 0)
        {
            ref Held last = ref CollectionsMarshal.AsSpan(_held)[^1];
            last = last with { Text = last.Text + rest };
            _stops.Append(rest);
        }

        int count = _held.Count;
        if (_stops.StopStart is long stopStart)
        {
            while (count > 0 && _held[count - 1].Start >= stopStart)
            {
                count--;
            }

            if (count > 0 && _held[count - 1] is { } cut && cut.Start + cut.Text.Length > stopStart)
            {
                _held[count - 1] = cut with { Text = cut.Text[..(int)(stopStart - cut.Start)] };
            }
        }

        int dropped = _held.Count - count;
        Release(count);
        _held.Clear();
        return dropped;
    }

    private void ReleaseSure()
    {
        int count = 0;
        while (count < _held.Count && IsSure(_held[count], isLast: count == _held.Count - 1))
        {
            count++;
        }

        Release(count);
    }

    // A token goes where a stop sequence starts at or in front of it; one without text stands in front of the next character.
    private bool IsSure(Held token, bool isLast) =>
        token.Start + token.Text.Length <= _stops.SureLength
        && (token.Start < _stops.SureLength || _stops.IsEmpty)
        && !(isLast && _decoder.IsInsideCharacter);

    private void Release(int count)
    {
        for (int index = 0; index < count; index++)
        {
            Held token = _held[index];
            _sure.Enqueue(new GeneratedToken(token.Id, token.Text, token.Score.LogProbability, token.Score.Alternatives, isPrompt: false));
        }

        _held.RemoveRange(0, count);
    }

    /// <param name="Id">Its id.</param>
    /// <param name="Start">Where its text starts, in characters since the start of the generated text.</param>
    /// <param name="Text">Its text.</param>
    /// <param name="Score">How likely it was.</param>
    private readonly record struct Held(int Id, long Start, string Text, TokenScore Score);
}
