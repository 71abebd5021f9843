using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace ModelGen.Generation;

/// <summary>
/// Finds stop sequences in text that arrives in pieces, and holds back what could become one. Generation ends at the first character that
/// completes a stop sequence; of those that it completes the longest counts.
/// </summary>
/// <remarks>
/// Each sequence has its failure table (Knuth, Morris and Pratt 1977), so a character costs the same for any length of sequence.
/// </remarks>
internal sealed class StopSequenceMatcher
{
    private readonly Pattern[] _patterns;
    private readonly StringBuilder _held = new();

    public StopSequenceMatcher(IEnumerable<string> sequences) => _patterns = [.. sequences.Select(sequence => new Pattern(sequence))];

    /// <summary>
    /// Where the stop sequence that was found starts, in characters since the start of the text; null until one is found.
    /// </summary>
    public long? StopStart { get; private set; }

    /// <summary>Characters taken in since the start of the text.</summary>
    public long Length { get; private set; }

    /// <summary>Takes in text and gives out what cannot belong to a stop sequence any more. Nothing after a stop was found.</summary>
    public string Append(string text)
    {
        foreach (char character in text)
        {
            if (StopStart is not null)
            {
                break;
            }

            _held.Append(character);
            Length++;
            foreach (Pattern pattern in _patterns)
            {
                if (pattern.Advance(character))
                {
                    StopStart = long.Min(StopStart ?? long.MaxValue, Length - pattern.Length);
                }
            }
        }

        int held = 0;
        foreach (Pattern pattern in _patterns)
        {
            held = int.Max(held, pattern.Matched);
        }

        return StopStart is long start
            ? Release(_held.Length - (int)(Length - start), drop: true)
            : Release(_held.Length - held, drop: false);
    }

    /// <summary>What is still held when no more text comes.</summary>
    public string Flush() => Release(_held.Length, drop: false);

    private string Release(int count, bool drop)
    {
        string released = _held.ToString(0, count);
        _held.Remove(0, drop ? _held.Length : count);
        return released;
    }

    private sealed class Pattern
    {
        private readonly string _text;

        // _failure[n]: length of the longest proper prefix of the text that ends its first n characters.
        private readonly int[] _failure;

        public Pattern(string text)
        {
            _text = text;
            _failure = new int[text.Length + 1];
            int matched = 0;
            for (int index = 1; index < text.Length; index++)
            {
                matched = Extend(matched, text[index]);
                _failure[index + 1] = matched;
            }
        }

        public int Length => _text.Length;

        /// <summary>How many of its characters, from the first on, the text so far ends with.</summary>
        public int Matched { get; private set; }

        /// <summary>Takes in a character; true when it completes the pattern.</summary>
        public bool Advance(char character)
        {
            Matched = Extend(Matched, character);
            return Matched == Length;
        }

        private int Extend(int matched, char character)
        {
            while (matched > 0 && (matched == _text.Length || _text[matched] != character))
            {
                matched = _failure[matched];
            }

            return _text[matched] == character ? matched + 1 : matched;
        }
    }
}
