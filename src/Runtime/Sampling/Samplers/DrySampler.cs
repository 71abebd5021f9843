using System;

namespace ModelGen.Sampling;

/// <summary>Makes tokens less likely that would go on with a run of tokens that stands in the text (<see cref="DryOptions"/>).</summary>
internal sealed class DrySampler : ISampler
{
    private readonly DryOptions _options;
    private readonly SequenceBreakers _breakers;
    private readonly int _maxExponent;

    // For each distance back from the end of the text: how many tokens before it are those before the end.
    private readonly int[] _repeated;

    // The longest run that each token would go on with; all 0 between calls.
    private readonly int[] _longest;

    /// <param name="options">Valid options, which are not off.</param>
    /// <param name="tokenizer">Knows the texts of tokens.</param>
    /// <param name="vocabularySize">Ids that may be chosen: 0 to vocabularySize − 1.</param>
    /// <param name="contextLength">The most tokens that the text has.</param>
    public DrySampler(DryOptions options, Tokenizer tokenizer, int vocabularySize, int contextLength)
    {
        _options = options;
        _breakers = new SequenceBreakers(options.SequenceBreakers, tokenizer);
        _repeated = new int[int.Min(options.LastTokens ?? contextLength, contextLength)];
        _longest = new int[vocabularySize];

        // The power stays a number.
        _maxExponent = options.Base > 1 ? (int)Math.Min(Math.Log(float.MaxValue) / Math.Log(options.Base), int.MaxValue) : 0;
    }

    public void Apply(Candidates candidates, ReadOnlySpan<int> text)
    {
        // No run goes over the last sequence breaker.
        int limit = _breakers.TokensBehindLast(text);
        ReadOnlySpan<int> window = text[^int.Min(text.Length, _repeated.Length)..];
        if (window.Length <= _options.AllowedLength || limit < _options.AllowedLength)
        {
            return;
        }

        CountRepeated(window);
        bool any = false;
        for (int distance = 1; distance < window.Length; distance++)
        {
            int next = window[^distance];
            if (_repeated[distance] >= _options.AllowedLength && next < _longest.Length)
            {
                _longest[next] = int.Max(_longest[next], int.Min(_repeated[distance], limit));
                any = true;
            }
        }

        if (any)
        {
            Penalise(candidates);
            foreach (int id in window)
            {
                if (id < _longest.Length)
                {
                    _longest[id] = 0;
                }
            }
        }
    }

    private void Penalise(Candidates candidates)
    {
        for (int index = 0; index < candidates.Count; index++)
        {
            int id = candidates.Ids[index];
            if (_longest[id] > 0 && !_breakers.StandsIn(id))
            {
                int exponent = _options.Base > 1 ? int.Min(_longest[id] - _options.AllowedLength, _maxExponent) : 0;
                float penalty = (float)(_options.Multiplier * Math.Pow(_options.Base, exponent));
                ref float logit = ref candidates.Logits[index];
                logit = MathF.Max(logit - penalty, float.MinValue);
            }
        }

        candidates.LoseOrder();
    }

    // The Z-algorithm (Gusfield 1997, "Algorithms on Strings, Trees and Sequences", 1.4) over the window read backwards: each token is compared
    // a fixed number of times. What lies in left..right is known to be what lies at the end.
    private void CountRepeated(ReadOnlySpan<int> window)
    {
        int left = 0;
        int right = 0;
        for (int distance = 1; distance < window.Length; distance++)
        {
            int length = distance < right ? int.Min(right - distance, _repeated[distance - left]) : 0;
            while (distance + length < window.Length && window[^(1 + length)] == window[^(1 + distance + length)])
            {
                length++;
            }

            _repeated[distance] = length;
            if (distance + length > right)
            {
                left = distance;
                right = distance + length;
            }
        }
    }
}
