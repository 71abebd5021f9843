using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace ModelGen.EndToEnd.Tests.Golden;

/// <summary>
/// Characters and the pieces that they merge to, for small vocabularies. A merge shows where text was cut, if it would have gone across the
/// cut: so there is one for each two characters of any kinds, for runs of one kind, and for words with a space before them.
/// </summary>
internal static class PieceTable
{
    // One or two of each kind that a pre-tokenizer tells from others: letters with case and without, marks, digits, white space, symbols.
    private const string Kinds = " \n\r\t\u00a0\u3000abstzATZ0179.,'!?/-_=+(<{~|$éßДжαア的一한ก٣²Ⅳक\u093f\u0301\u200d€😀👍";

    private static readonly string[] Words =
    [
        " the", " of", " and", "Hello", " Hello", " world", "hello", "World", "HTTP", "Server", " foo", "bar", " it", "'s", "'re", "'ll",
        "'ve", "'m", "'t", "'S", "'LL", " don't", "naïve", " naïve", "Straße", " résumé", "привет", " при", "αβγ", "日本", "中国", "国人",
        "한국어", "ไทย", "2024", " 2024", "100", "000", "   ", "    ", "\t\t", "\n\n", "\n\n\n", "\r\n", "\r\n\r\n", " \n", "...", "!!", "--",
        "==", "//", "://", "()", "{}", "😀😀", "👍🏽", "e\u0301",
    ];

    /// <summary>Every character that is in a piece.</summary>
    public static IReadOnlyList<string> Characters { get; } =
    [
        .. Enumerable.Range(' ', '\x7F' - ' ').Select(code => ((char)code).ToString())
            .Concat(RunesOf(Kinds))
            .Concat(Words.SelectMany(RunesOf))
            .Concat(RunesOf("éèüßñçøåæœДжйкШщабвגאב日語ไทยक्षि的是了我大国〇½ﬁＡ"))
            .Distinct(StringComparer.Ordinal),
    ];

    /// <summary>The merges, best first: the two pieces of each. Either is a character, or a piece of an earlier merge.</summary>
    public static IReadOnlyList<(string Left, string Right)> Merges { get; } =
        [.. CreateMerges().DistinctBy(merge => merge.Left + merge.Right, StringComparer.Ordinal)];

    /// <summary>The characters of a text, surrogates together.</summary>
    public static string[] RunesOf(string text) => [.. text.EnumerateRunes().Select(rune => rune.ToString())];

    // Words take every second place: before all pairs they would leave little to merge, and behind them get little.
    private static IEnumerable<(string Left, string Right)> CreateMerges()
    {
        (string Left, string Right)[] pairs = [.. RunesOf(Kinds).SelectMany(left => RunesOf(Kinds).Select(right => (left, right)))];
        Shuffle(pairs);
        Queue<(string Left, string Right)> words = new(Words.SelectMany(Prefixes).Concat(Numbers()));
        for (int i = 0; i < pairs.Length; i++)
        {
            yield return pairs[i];
            if (words.TryDequeue(out (string Left, string Right) word))
            {
                yield return word;
            }
        }
    }

    // A word, a character at a time.
    private static IEnumerable<(string Left, string Right)> Prefixes(string word)
    {
        string[] runes = RunesOf(word);
        for (int i = 1; i < runes.Length; i++)
        {
            yield return (string.Concat(runes[..i]), runes[i]);
        }
    }

    // Two digits, and three: some pre-tokenizers let through no more than that, and some no more than one.
    private static IEnumerable<(string Left, string Right)> Numbers()
    {
        for (int number = 0; number < 100; number += 3)
        {
            string ten = (number / 10).ToString(CultureInfo.InvariantCulture);
            string one = (number % 10).ToString(CultureInfo.InvariantCulture);
            yield return (ten, one);
            yield return (ten + one, one);
            yield return (ten + one + one, ten);
        }
    }

    private static void Shuffle<T>(T[] items)
    {
        RepeatableRandom random = new("merges");
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = random.Next(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
