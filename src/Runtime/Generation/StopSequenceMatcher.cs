using System.Collections.Generic;
using System.Linq;

namespace ModelGen.Generation;

/// <summary>
/// Finds stop sequences in text that arrives in pieces, and says how much of it cannot belong to one any more. Generation ends at the first
/// character that completes a stop sequence; of those that it completes the longest counts.
/// </summary>
/// <remarks>
/// Each sequence has its failure table (Knuth, Morris and Pratt 1977), so a character costs the same for any length of sequence.
/// </remarks>
internal sealed class StopSequenceMatcher
{
    private readonly Pattern[] _patterns;

    public StopSequenceMatcher(IEnumerable<string> sequences) => _patterns = [.. sequences.Select(sequence => new Pattern(sequence))];

    /// <summary>Whether there is no sequence to look for.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>
    /// Where the stop sequence that was found starts, in characters since the start of the text; null until one is found.
    /// </summary>
    public long? StopStart { get; private set; }

    /// <summary>The stop sequence that was found.</summary>
    public string? Found { get; private set; }

    /// <summary>Characters taken in since the start of the text.</summary>
    public long Length { get; private set; }

    /// <summary>Characters, from the start of the text on, that belong to no stop sequence whatever comes.</summary>
    public long SureLength { get; private set; }

    /// <summary>Takes in text, up to where it completes a stop sequence. Nothing after one was found.</summary>
    public void Append(string text)
    {
        foreach (char character in text)
        {
            Length++;
            foreach (Pattern pattern in _patterns)
            {
                if (pattern.Advance(character) && (Found is null || pattern.Text.Length > Found.Length))
                {
                    Found = pattern.Text;
                }
            }

            if (Found is not null)
            {
                StopStart = SureLength = Length - Found.Length;
                return;
            }
        }

        int held = 0;
        foreach (Pattern pattern in _patterns)
        {
            held = int.Max(held, pattern.Matched);
        }

        SureLength = Length - held;
    }

    private sealed class Pattern
    {
        // _failure[n]: length of the longest proper prefix of the text that ends its first n characters.
        private readonly int[] _failure;

        public Pattern(string text)
        {
            Text = text;
            _failure = new int[text.Length + 1];
            int matched = 0;
            for (int index = 1; index < text.Length; index++)
            {
                matched = Extend(matched, text[index]);
                _failure[index + 1] = matched;
            }
        }

        public string Text { get; }

        /// <summary>How many of its characters, from the first on, the text so far ends with.</summary>
        public int Matched { get; private set; }

        /// <summary>Takes in a character; true when it completes the pattern.</summary>
        public bool Advance(char character)
        {
            Matched = Extend(Matched, character);
            return Matched == Text.Length;
        }

        private int Extend(int matched, char character)
        {
            while (matched > 0 && (matched == Text.Length || Text[matched] != character))
            {
                matched = _failure[matched];
            }

            return Text[matched] == character ? matched + 1 : matched;
        }
    }
}
