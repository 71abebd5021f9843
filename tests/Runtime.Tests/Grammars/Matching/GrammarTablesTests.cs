using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Grammars;
using ModelGen.Grammars.Compilation;
using ModelGen.Grammars.Matching;
using Shouldly;
using Xunit;
using static ModelGen.Runtime.Tests.Grammars.Matching.Expressions;

namespace ModelGen.Runtime.Tests.Grammars.Matching;

public sealed class GrammarTablesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsReadIsWhatWasWritten(bool namesTokens)
    {
        TokenTerminal[] terminals = [new("<é>", 0, false), new(null, 70_000, true), new(null, 0, false), new("<b>", 0, true)];
        RandomGrammars grammars = new(21, namesTokens ? terminals : []);
        Random random = new(21);
        foreach (CompiledGrammar grammar in Compiled(grammars, 300))
        {
            byte[] bytes = GrammarTables.Write(grammar);
            CompiledGrammar read = GrammarTables.Read(bytes);
            GrammarTables.Write(read).ShouldBe(bytes);
            read.Machines.Select(machine => machine.Terminal).ShouldBe(grammar.Machines.Select(machine => machine.Terminal));
            GrammarMatcher expected = new(new GrammarStates(grammar));
            GrammarMatcher matcher = new(new GrammarStates(read));
            for (int step = 0; step < 30; step++)
            {
                matcher.IsAccepting.ShouldBe(expected.IsAccepting);
                matcher.Bytes.ShouldBe(expected.Bytes);
                byte next = (byte)random.Next('a', 'd');
                matcher.TryAdvance([next]).ShouldBe(expected.TryAdvance([next]));
            }
        }
    }

    [Fact]
    public void DamagedTablesAreRefused()
    {
        byte[] bytes = Example();
        for (int index = 0; index < bytes.Length; index++)
        {
            Refused([.. bytes[..index]]);
            foreach (int bit in Enumerable.Range(0, 8))
            {
                byte[] damaged = [.. bytes];
                damaged[index] ^= (byte)(1 << bit);
                Refused(damaged);
            }
        }

        Refused([.. bytes, 0]);
        Refused([]);

        static void Refused(byte[] damaged) =>
            Should.Throw<GrammarException>(() => GrammarTables.Read(damaged)).Message.ShouldContain("damaged");
    }

    [Fact]
    public void TablesOfAnotherVersionAreRefused()
    {
        byte[] bytes = Example();
        bytes[0]++;
        Should.Throw<GrammarException>(() => GrammarTables.Read(Signed(bytes)))
            .Message.ShouldContain("have version 2, but this runtime reads version 1");
    }

    [Fact]
    public void WhatPassesTheChecksumIsRefusedOrCanBeMatched()
    {
        byte[] bytes = Example();
        Random random = new(5);
        int read = 0;
        for (int index = 0; index < 5000; index++)
        {
            byte[] damaged = [.. bytes];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                damaged[random.Next(1, damaged.Length - 4)] = (byte)random.Next(random.Next(2) == 0 ? 256 : 8);
            }

            try
            {
                GrammarMatcher matcher = new(new GrammarStates(GrammarTables.Read(Signed(damaged))));
                read++;
                for (int step = 0; step < 50; step++)
                {
                    matcher.TryAdvance([(byte)random.Next(' ', '~')]);
                    matcher.WriteForced(new byte[10]);
                }
            }
            catch (GrammarException)
            {
            }
        }

        read.ShouldBeGreaterThan(100);
    }

    private static byte[] Example() => GrammarTables.Write(GrammarCompiler.Compile(Grammar(
        Sequence(
            Text("{"),
            Members(
                ",",
                1,
                3,
                Member("\"a\":", Rule(1), isRequired: true),
                Member("\"b\":", Optional(Rule(2))),
                Member("\"c\":", Rule(0), repeats: true)),
            Text("}")),
        Sequence(Text("\""), Repeat(Choice(Range('#', '~'), Text("\\\"")), 2, 1000), Text("\"")),
        Choice(
            Range('0', '9'),
            new TokenExpression(new TokenTerminal("<x>", 0, true)),
            Sequence(Text("["), Rule(2), Repeat(Sequence(Text(","), Rule(2)), 0, null), Text("]"))))));

    private static IEnumerable<CompiledGrammar> Compiled(RandomGrammars grammars, int count)
    {
        for (int index = 0; index < count; index++)
        {
            CompiledGrammar grammar;
            try
            {
                grammar = GrammarCompiler.Compile(grammars.Next());
            }
            catch (GrammarException)
            {
                continue;
            }

            yield return grammar;
        }
    }

    // With the checksum of what it says.
    private static byte[] Signed(byte[] bytes)
    {
        uint checksum = TableWriter.Checksum(bytes, bytes.Length - 4);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), checksum);
        return bytes;
    }
}
