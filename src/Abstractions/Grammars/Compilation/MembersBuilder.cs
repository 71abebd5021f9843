namespace ModelGen.Grammars.Compilation;

/// <summary>
/// Makes machines of members. Their automaton takes the openings of all members together, and from a second start a separator first. Where
/// an opening ends stands a call with the member's number; which members may still come is decided at generation.
/// </summary>
internal static class MembersBuilder
{
    public static void Build(MachineDraft draft, MembersExpression members, GrammarFacts facts, NfaBuilder builder, MachineDrafts machines)
    {
        Nfa nfa = new();
        int opening = nfa.AddState();
        draft.Between = nfa.AddState();
        nfa.AddEmpty(nfa.Start, opening);
        if (draft.Maximum != 1)
        {
            builder.Add(draft.Name, nfa, members.Separator, draft.Between, opening, mayCall: false);
        }

        foreach (GrammarMember member in members.Members)
        {
            if (!facts.CanBe(member))
            {
                continue;
            }

            bool mayBeEmpty = facts.HasEmptyText(member.Value);
            if (mayBeEmpty && facts.HasEmptyText(member.Opening))
            {
                throw new GrammarException(
                    $"The rule '{draft.Name}' has a member whose opening and value may both be empty; require a byte of one of them.");
            }

            int value = nfa.AddState();
            builder.Add(draft.Name, nfa, member.Opening, opening, value, mayCall: false);
            nfa.AddCall(value, draft.Members.Count, nfa.Accept);
            draft.Members.Add(new MachineMember(
                facts.HasLongText(member.Value) ? machines.OfExpression(draft.Name, member.Value) : SymbolAutomaton.Dead,
                mayBeEmpty,
                member.IsRequired,
                member.Repeats));
        }

        draft.Nfa = nfa;
        LeaveOutLimits(draft);
    }

    // Limits that the members themselves see to, so that nobody need count.
    private static void LeaveOutLimits(MachineDraft draft)
    {
        int required = 0;
        bool repeats = false;
        foreach (MachineMember member in draft.Members)
        {
            required += member.IsRequired ? 1 : 0;
            repeats |= member.Repeats;
        }

        if (draft.Minimum <= required)
        {
            draft.Minimum = 1;
        }

        if (!repeats && draft.Maximum >= draft.Members.Count)
        {
            draft.Maximum = null;
        }
    }
}
