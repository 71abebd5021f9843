using System;
using System.Numerics;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Seeds;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>What is done with a grammar: an answer of a vocabulary that can write every text.</summary>
internal static class GrammarUse
{
    private const int MostTokens = 12;

    private static readonly Tokenizer Tokenizer = Tokenizer.Create(SeedVocabularies.Kinds[0].Content);

    /// <summary>Makes a grammar and goes through an answer of it. Declared: GrammarException, whenever it comes.</summary>
    /// <param name="make">Makes the grammar.</param>
    /// <param name="choices">Decides which of the tokens are taken that may follow.</param>
    /// <param name="leadsToAnEnd">Whether each place of an answer is whole or has a token that leads on.</param>
    public static FuzzOutcome Try(Func<Grammar> make, Random choices, bool leadsToAnEnd = true)
    {
        try
        {
            GrammarCursor cursor = make().CreateCursor(Tokenizer);
            for (int count = 0; count < MostTokens; count++)
            {
                ReadOnlySpan<ulong> mask = cursor.Mask;
                int allowed = 0;
                foreach (ulong word in mask)
                {
                    allowed += BitOperations.PopCount(word);
                }

                if (allowed == 0)
                {
                    Check(!leadsToAnEnd, "Nothing may follow, and the answer is not whole.");
                    return FuzzOutcome.Accepted;
                }

                int id = Bit(mask, choices.Next(allowed));
                foreach (int forced in cursor.Fork().Forced)
                {
                    Check((uint)forced < (uint)Tokenizer.VocabularySize, "A token that is no token must follow.");
                }

                Check(cursor.Allows(id) && cursor.TryAppend(id), "A token that may follow is not taken.");
                if (Tokenizer.IsEndOfGeneration(id))
                {
                    break;
                }
            }

            return FuzzOutcome.Accepted;
        }
        catch (GrammarException error)
        {
            Check(error.Message.Length > 0 && error.Line is null or > 0 && error.Column is null or > 0, $"'{error.Message}' names no place.");
            return FuzzOutcome.Refused;
        }
    }

    private static int Bit(ReadOnlySpan<ulong> mask, int number)
    {
        for (int id = 0; ; id++)
        {
            if ((mask[id / 64] >> (id % 64) & 1) != 0 && number-- == 0)
            {
                return id;
            }
        }
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
