using System;

namespace ModelGen.Sampling;

/// <summary>Rules out tokens that a grammar does not allow behind the answer so far.</summary>
/// <param name="cursor">At the start of the answer.</param>
internal sealed class GrammarStep(GrammarCursor cursor) : LogitStep
{
    // Tokens of the answer that the cursor is behind.
    private int _read;

    public override string Name => nameof(GenerationOptions.Grammar);

    public override void Apply(ReadOnlySpan<int> text, int promptLength, Span<float> logits)
    {
        ReadOnlySpan<ulong> mask = Mask(text[promptLength..]);
        for (int first = 0; first < logits.Length; first += 64)
        {
            ulong allowed = first / 64 < mask.Length ? mask[first / 64] : 0;
            Span<float> some = logits[first..int.Min(first + 64, logits.Length)];
            if (allowed == 0)
            {
                some.Fill(float.NegativeInfinity);
            }
            else if (allowed != ulong.MaxValue)
            {
                for (int index = 0; index < some.Length; index++)
                {
                    if ((allowed >> index & 1) == 0)
                    {
                        some[index] = float.NegativeInfinity;
                    }
                }
            }
        }
    }

    /// <summary>Tokens that may follow, see <see cref="GrammarCursor.Mask"/>.</summary>
    /// <param name="answer">Ids of the answer so far.</param>
    public ReadOnlySpan<ulong> Mask(ReadOnlySpan<int> answer)
    {
        Follow(answer);
        return cursor.Mask;
    }

    /// <summary>Whether the answer is whole and nothing may follow.</summary>
    /// <param name="answer">Ids of the answer so far.</param>
    public bool IsComplete(ReadOnlySpan<int> answer)
    {
        Follow(answer);
        return cursor.MustEnd;
    }

    /// <summary>Tokens that must follow, see <see cref="GrammarCursor.Forced"/>.</summary>
    /// <param name="answer">Ids of the answer so far.</param>
    public ReadOnlySpan<int> Forced(ReadOnlySpan<int> answer)
    {
        Follow(answer);
        return cursor.Forced;
    }

    private void Follow(ReadOnlySpan<int> answer)
    {
        for (; _read < answer.Length; _read++)
        {
            if (!cursor.TryAppend(answer[_read]))
            {
                throw new InvalidOperationException("The answer has a token that its grammar does not allow there.");
            }
        }
    }
}
