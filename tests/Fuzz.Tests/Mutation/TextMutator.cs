using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ModelGen.Fuzz.Tests.Mutation;

/// <summary>
/// Changes texts: characters of all planes and halves of them, fragments that mean something to the reader, numbers, cuts, repeats, swaps of
/// ranges, and parts of other seeds.
/// </summary>
/// <param name="fragments">What means something to the reader.</param>
internal sealed class TextMutator(IReadOnlyList<string> fragments) : IMutator
{
    private const int MostChanges = 5;
    private const int MostRepeats = 24;
    private const int LongestRange = 40;
    private const int LongestText = 32 * 1024;

    /// <inheritdoc/>
    public byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        string text = TextInput.Read(seeds[random.Next(seeds.Count)]);
        int changes = 0;
        do
        {
            text = Change(text, seeds, random);
        }
        while (++changes < MostChanges && random.Next(2) == 0);

        return TextInput.Of(text.Length <= LongestText ? text : text[..LongestText]);
    }

    private string Change(string text, IReadOnlyList<byte[]> seeds, Random random)
    {
        int at = random.Next(text.Length + 1);
        int length = Math.Min(random.Next(LongestRange), text.Length - at);
        switch (random.Next(8))
        {
            case 0:
                return text.Remove(at, length);
            case 1:
                return text.Insert(at, Character(random));
            case 2:
                return text.Insert(at, fragments[random.Next(fragments.Count)]);
            case 3:
                return text.Remove(at, length).Insert(at, fragments[random.Next(fragments.Count)]);
            case 4:
                return text.Insert(at, new StringBuilder().Insert(0, text.Substring(at, length), random.Next(1, MostRepeats)).ToString());
            case 5:
                return text.Remove(at, length).Insert(random.Next(text.Length - length + 1), text.Substring(at, length));
            case 6:
                return WithNumber(text, at, random);
            default:
                string other = TextInput.Read(seeds[random.Next(seeds.Count)]);
                return text[..at] + other[random.Next(other.Length + 1)..];
        }
    }

    /// <summary>Any character, or half of one.</summary>
    private static string Character(Random random) => random.Next(4) switch
    {
        0 => ((char)random.Next(0x80)).ToString(),
        1 => ((char)random.Next(char.MaxValue + 1)).ToString(),
        2 => ((char)random.Next('\ud800', '\ue000')).ToString(),
        _ => char.ConvertFromUtf32(random.Next(0x10000, 0x110000)),
    };

    /// <summary>Puts an interesting number in place of the next one.</summary>
    private static string WithNumber(string text, int at, Random random)
    {
        int start = text.AsSpan(at).IndexOfAnyInRange('0', '9');
        if (start < 0)
        {
            return text;
        }

        start += at;
        int length = text.AsSpan(start).IndexOfAnyExceptInRange('0', '9');
        string number = InterestingNumbers.Next(random).ToString(CultureInfo.InvariantCulture);
        return text.Remove(start, length < 0 ? text.Length - start : length).Insert(start, number);
    }
}
