using System.Collections.Generic;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

public sealed class RandomGrammarTests
{
    private const int Length = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TextsAndTheirBeginningsAreThoseOfTheDefinition(int seed)
    {
        RandomGrammars grammars = new(seed);
        int compiled = 0;
        for (int index = 0; index < 250; index++)
        {
            GrammarDefinition grammar = grammars.Next();
            CompiledGrammar result;
            try
            {
                result = GrammarCompiler.Compile(grammar);
            }
            catch (GrammarException error)
            {
                CheckRefusal(grammar, error, $"grammar {index} of seed {seed}");
                continue;
            }

            compiled++;
            Compare(grammar, new GrammarMatcher(new GrammarStates(result)), [], $"grammar {index} of seed {seed}");
        }

        compiled.ShouldBeGreaterThan(150);
    }

    private static void CheckRefusal(GrammarDefinition grammar, GrammarException error, string which)
    {
        if (error.Message.Contains("has no text"))
        {
            ReferenceRecognizer.IsPrefix(grammar, []).ShouldBeFalse(which);
        }
        else
        {
            (error.Message.Contains("through a counted repetition or a list of members") || error.Message.Contains("may both be empty"))
                .ShouldBeTrue($"{which}: {error.Message}");
        }
    }

    private static void Compare(GrammarDefinition grammar, GrammarMatcher matcher, List<byte> text, string which)
    {
        string what = $"{which} after '{System.Text.Encoding.ASCII.GetString([.. text])}'";
        matcher.IsAccepting.ShouldBe(ReferenceRecognizer.Accepts(grammar, [.. text]), what);
        if (text.Count == Length)
        {
            return;
        }

        for (byte value = (byte)'a'; value <= 'c'; value++)
        {
            text.Add(value);
            GrammarMatcher next = matcher.Fork();
            bool mayFollow = next.TryAdvance([value]);
            mayFollow.ShouldBe(matcher.Bytes.Contains(value), what);
            mayFollow.ShouldBe(ReferenceRecognizer.IsPrefix(grammar, [.. text]), $"{what} comes '{(char)value}'");
            if (mayFollow)
            {
                Compare(grammar, next, text, which);
            }

            text.RemoveAt(text.Count - 1);
        }
    }
}
