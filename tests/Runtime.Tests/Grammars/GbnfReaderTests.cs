using System;
using System.Linq;
using System.Text;
using ModelGen.Grammars;
using ModelGen.Grammars.Gbnf;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars;

public sealed class GbnfReaderTests
{
    [Theory]
    [InlineData("root ::= \"yes\" | \"no\"", "yes;no", ";y;yesno;maybe")]
    [InlineData("root ::= \"a\" \"b\"", "ab", "a;b;ba")]
    [InlineData("root ::= \"a\"* \"b\"+ \"c\"?", "b;ab;aabbc", "a;c;abcc")]
    [InlineData("root ::= \"a\"{2}", "aa", "a;aaa")]
    [InlineData("root ::= \"a\"{2,}", "aa;aaaaa", "a;")]
    [InlineData("root ::= \"a\"{ 1 , 3 }", "a;aaa", "aaaa;")]
    [InlineData("root ::= \"a\"{2}{2}", "aaaa", "aa;aaa")]
    [InlineData("root ::= (\"a\" | \"b\")+ \"c\"", "abac;bc", "c;ab")]
    [InlineData("root ::= [a-c] [^a-c]", "ax;cé;b€;a😀", "aa;xa;a")]
    [InlineData("root ::= [-+*/a-]", "-;+;*;/;a", "b;\\")]
    [InlineData("root ::= [\\]\\[\\-\\\\]", "];[;-;\\", "a")]
    [InlineData("root ::= .", "a;é;€;😀;\n", ";aa")]
    [InlineData("root ::= \"\\x41\\u00e9\\U0001F600\\\"\"", "Aé😀\"", "A")]
    [InlineData("root ::= [\\u0400-\\u04FF]+", "Привет", "Hello;Приveт")]
    [InlineData("root ::= [\\U00010000-\\U0010FFFF]", "😀;𐀀", "a;€;\uFFFF")]
    [InlineData("root ::= [\\x01-\\U0010FFFF]", "\u0001;\u007F;\u0080;\u07FF;\u0800;\uD7FF;\uE000;\uFFFF;😀", "\0")]
    [InlineData("root ::= | \"x\"", ";x", "xx")]
    [InlineData("root ::= \"\"", "", "x")]
    [InlineData("root ::= a b\na ::= \"x\"\nb ::= \"y\"", "xy", "x;yx")]
    [InlineData("root ::= (\n  \"a\" # a comment with \" and )\n  \"b\"\n)", "ab", "a")]
    [InlineData("root ::=\n \"a\" |\n \"b\"\n\n# the end", "a;b", "ab")]
    [InlineData("root ::= \"a\"\r\nb ::= \"b\"\r\n", "a", "b")]
    [InlineData("root ::= \"(\" root \")\" | \"x\"", "x;(x);(((x)))", "(x;x);()")]
    [InlineData("root ::= root \"+x\" | \"x\"", "x;x+x;x+x+x", "x+;+x")]
    [InlineData("root ::= rule_1-b\nrule_1-b ::= \"a\"", "a", "b")]
    public void TextsOfAGrammar(string grammar, string accepted, string refused)
    {
        GrammarDefinition definition = GbnfReader.Read(grammar);

        Assert.All(accepted.Split(';'), text => Assert.True(ReferenceRecognizer.Accepts(definition, Encoding.UTF8.GetBytes(text)), text));
        Assert.All(refused.Split(';'), text => Assert.False(ReferenceRecognizer.Accepts(definition, Encoding.UTF8.GetBytes(text)), text));
    }

    [Fact]
    public void EveryCharacterIsWrittenAsUtf8WritesIt()
    {
        foreach ((int first, int last) in new[] { (0x1, 0x7F), (0x7E, 0x81), (0x7FD, 0x802), (0xFFF, 0x1001), (0xD7FE, 0xE001), (0xFFFE, 0x10001), (0x10FFFD, 0x10FFFF) })
        {
            GrammarDefinition definition = GbnfReader.Read(FormattableString.Invariant($"root ::= [\\U{first:X8}-\\U{last:X8}]"));
            foreach (int character in Enumerable.Range(Math.Max(first - 3, 0), last - first + 7).Where(Rune.IsValid))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(char.ConvertFromUtf32(character));
                Assert.Equal(character >= first && character <= last, ReferenceRecognizer.Accepts(definition, bytes));
            }
        }
    }

    [Fact]
    public void RandomRangesHoldTheirCharactersAlone()
    {
        Random random = new(1);
        for (int repetition = 0; repetition < 200; repetition++)
        {
            CharacterRange[] ranges = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomRange())];
            var normalized = CharacterRanges.Normalize(ranges);
            var complement = CharacterRanges.Complement(normalized);
            GrammarDefinition within = new([new GrammarRule("root", Utf8Expressions.OneOf(normalized))], 0);
            GrammarDefinition without = new([new GrammarRule("root", Utf8Expressions.OneOf(complement))], 0);
            foreach (CharacterRange range in ranges)
            {
                foreach (int character in new[] { range.First - 1, range.First, (range.First + range.Last) / 2, range.Last, range.Last + 1 }.Where(Rune.IsValid))
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(char.ConvertFromUtf32(character));
                    bool isIn = ranges.Any(other => character >= other.First && character <= other.Last);
                    Assert.Equal(isIn, ReferenceRecognizer.Accepts(within, bytes));
                    Assert.Equal(!isIn, ReferenceRecognizer.Accepts(without, bytes));
                }
            }
        }

        CharacterRange RandomRange()
        {
            // Of every length of UTF-8 alike.
            int limit = new[] { 0x80, 0x800, 0x10000, CharacterRange.LastCharacter + 1 }[random.Next(4)];
            int first = random.Next(limit);
            return new CharacterRange(first, Math.Min(first + random.Next(limit), CharacterRange.LastCharacter));
        }
    }

    [Theory]
    [InlineData("", null, null, "The grammar has no rule 'root'")]
    [InlineData("roots ::= \"a\"", null, null, "The grammar has no rule 'root'")]
    [InlineData("root ::= other", 1, 10, "There is no rule 'other'")]
    [InlineData("root ::= \"é😀\" other", 1, 15, "There is no rule 'other'")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", 2, 1, "second time")]
    [InlineData("root := \"a\"", 1, 6, "stands '::='")]
    [InlineData("root ::= \"a\r\n", 1, 10, "no end")]
    [InlineData("root ::= \"a\"\r\n\r\nb ::= [a", 3, 7, "no end")]
    [InlineData("root ::= [a-", 1, 10, "no end")]
    [InlineData("root ::= [z-a]", 1, 11, "from a higher to a lower")]
    [InlineData("root ::= []", 1, 10, "no characters")]
    [InlineData("root ::= (\"a\"", 1, 10, "no end")]
    [InlineData("root ::= (\"a\" ]", 1, 15, "']' starts nothing")]
    [InlineData("root ::= \"a\" )", 1, 14, "')' starts nothing")]
    [InlineData("root ::= \"a\" \0 \"b\"", 1, 14, "starts nothing")]
    [InlineData("root ::= *", 1, 10, "'*' repeats")]
    [InlineData("root ::= \"a\" | +", 1, 16, "'+' repeats")]
    [InlineData("root ::= \"a\"{", 1, 14, "a number")]
    [InlineData("root ::= \"a\"{,3}", 1, 14, "a number")]
    [InlineData("root ::= \"a\"{3,2}", 1, 13, "at least 3 and at most 2")]
    [InlineData("root ::= \"a\"{3", 1, 15, "a repetition ends")]
    [InlineData("root ::= \"a\"{99999999999}", 1, 14, "more than can be counted")]
    [InlineData("root ::= \"\\q\"", 1, 11, "'\\q' is no escape")]
    [InlineData("root ::= \"\\x4\"", 1, 11, "2 hexadecimal digits")]
    [InlineData("root ::= \"\\ud800\"", 1, 11, "U+D800 is not a character")]
    [InlineData("root ::= \"\\U00110000\"", 1, 11, "U+110000 is not a character")]
    [InlineData("root ::= <think", 1, 10, "the text of a token")]
    [InlineData("root ::= <>", 1, 10, "the text of a token")]
    [InlineData("root ::= !<a\n>", 1, 11, "the text of a token")]
    [InlineData("root ::= \"a\" !\"b\"", 1, 14, "Behind '!' stands a token")]
    [InlineData("root ::= <[]>", 1, 12, "the id of a token")]
    [InlineData("root ::= <[10>", 1, 12, "the id of a token")]
    [InlineData("root ::= <[99999999999]>", 1, 12, "the id of a token")]
    [InlineData("? ::= \"a\"", 1, 1, "A rule starts with its name")]
    public void AnErrorNamesItsPlace(string grammar, int? line, int? column, string part)
    {
        GrammarException error = Assert.Throws<GrammarException>(() => GbnfReader.Read(grammar));

        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HalfOfASurrogatePairIsAnError()
    {
        GrammarException error = Assert.Throws<GrammarException>(() => GbnfReader.Read("root ::= \"\ud800\""));

        Assert.Equal((1, 11), (error.Line, error.Column));
        Assert.Contains("half of a surrogate pair", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GroupsThatAreTooDeepAreAnError()
    {
        string grammar = "root ::= " + new string('(', 100_000);

        GrammarException error = Assert.Throws<GrammarException>(() => GbnfReader.Read(grammar));

        Assert.Contains("more than 200 deep", error.Message, StringComparison.Ordinal);
    }
}
