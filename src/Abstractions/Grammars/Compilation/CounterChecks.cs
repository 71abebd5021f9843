using System;

namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Refuses long counts of items whose ends cannot be told: after some bytes of a{1,2} repeated a thousand times any number of items from a half
/// up may have been, and all of them are kept.
/// </summary>
internal static class CounterChecks
{
    private const int MostItems = 1000;

    /// <exception cref="GrammarException">A repetition counts too many items of this kind; the message names the rule.</exception>
    public static void Check(CompiledGrammar grammar, Func<int, string> nameOf)
    {
        for (int machine = 0; machine < grammar.Machines.Count; machine++)
        {
            GrammarMachine counter = grammar.Machines[machine];
            int count = counter.Maximum ?? counter.Minimum;
            if (counter.Kind == MachineKind.Counter && count > MostItems)
            {
                FirstAndFollowingBytes bytes = new(grammar);
                if (!(bytes.FirstOf(counter.Start) & bytes.FollowingOf(counter.Start)).IsEmpty)
                {
                    throw new GrammarException(
                        $"The rule '{nameOf(machine)}' counts up to {count} items, but where an item ends another byte of it may follow as well as the "
                        + $"next item; end items by a byte that no item goes on with, or count to {MostItems} at most.");
                }
            }
        }
    }
}
