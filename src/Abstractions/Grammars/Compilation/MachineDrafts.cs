using System;
using System.Collections.Generic;

namespace ModelGen.Grammars.Compilation;

/// <summary>The machines that a grammar needs, each made once, from its root on.</summary>
internal sealed class MachineDrafts
{
    private readonly GrammarDefinition _grammar;
    private readonly GrammarFacts _facts;
    private readonly RulePlan _plan;
    private readonly NfaBuilder _builder;
    private readonly List<MachineDraft> _drafts = [];
    private readonly Dictionary<int, int> _ofRules = [];
    private readonly Dictionary<GrammarExpression, int> _ofExpressions = [];
    private readonly Dictionary<ByteAutomaton, int> _ofAutomata = [];
    private readonly Dictionary<TokenTerminal, int> _ofTerminals = [];
    private readonly Queue<Action> _open = new();

    public MachineDrafts(GrammarDefinition grammar, GrammarFacts facts, RulePlan plan)
    {
        _grammar = grammar;
        _facts = facts;
        _plan = plan;
        _builder = new NfaBuilder(grammar, facts, plan, this);
        Root = facts.HasLongText(new RuleExpression(grammar.Root)) ? OfRule(grammar.Root) : SymbolAutomaton.Dead;

        // A machine's content is made when no other one is being made, so that rules that name each other do not nest.
        while (_open.Count > 0)
        {
            _open.Dequeue()();
        }
    }

    public IReadOnlyList<MachineDraft> All => _drafts;

    /// <summary>The machine of the root, or −1 where it has no text but the empty one.</summary>
    public int Root { get; }

    /// <summary>The machine of a rule, which has a text that is not empty.</summary>
    public int OfRule(int rule)
    {
        if (!_ofRules.TryGetValue(rule, out int machine))
        {
            machine = AddPlain(_grammar.Rules[rule].Name, _grammar.Rules[rule].Expression);
            _ofRules.Add(rule, machine);
        }

        return machine;
    }

    /// <summary>The machine of an expression that is called without being a rule.</summary>
    public int OfExpression(string name, GrammarExpression expression)
    {
        switch (expression)
        {
            case RuleExpression reference:
                return OfRule(reference.Rule);
            case AutomatonExpression { Automaton: ByteAutomaton automaton }:
                return OfAutomaton(name, automaton);
            case RepetitionExpression repetition when _plan.IsCounted(repetition):
                return OfRepetition(name, repetition);
            case MembersExpression members:
                return OfMembers(name, members);
        }

        if (!_ofExpressions.TryGetValue(expression, out int machine))
        {
            machine = AddPlain(name, expression);
            _ofExpressions.Add(expression, machine);
        }

        return machine;
    }

    /// <summary>The machine of an automaton.</summary>
    public int OfAutomaton(string name, ByteAutomaton automaton)
    {
        if (!_ofAutomata.TryGetValue(automaton, out int machine))
        {
            machine = Add(new MachineDraft(MachineKind.Plain, name) { Automaton = ByteAutomata.Minimize(automaton) });
            _ofAutomata.Add(automaton, machine);
        }

        return machine;
    }

    /// <summary>The machine of a token.</summary>
    public int OfTerminal(TokenTerminal terminal)
    {
        if (!_ofTerminals.TryGetValue(terminal, out int machine))
        {
            machine = Add(new MachineDraft(MachineKind.Token, terminal.Name) { Automaton = TokenAutomaton.Instance, Terminal = terminal });
            _ofTerminals.Add(terminal, machine);
        }

        return machine;
    }

    /// <summary>The machine that counts the items of a repetition, of which there is at least one.</summary>
    public int OfRepetition(string name, RepetitionExpression repetition)
    {
        if (!_ofExpressions.TryGetValue(repetition, out int machine))
        {
            // An item that may be empty fills up what is missing.
            int minimum = _facts.HasEmptyText(repetition.Item) ? 1 : Math.Max(repetition.Minimum, 1);
            MachineDraft draft = new(MachineKind.Counter, name) { Minimum = minimum, Maximum = repetition.Maximum };
            machine = Add(draft);
            _ofExpressions.Add(repetition, machine);
            _open.Enqueue(() => draft.Nfa = _builder.Build(name, repetition.Item));
        }

        return machine;
    }

    /// <summary>The machine of members, of which there is at least one.</summary>
    public int OfMembers(string name, MembersExpression members)
    {
        if (!_ofExpressions.TryGetValue(members, out int machine))
        {
            MachineDraft draft = new(MachineKind.Members, name)
            {
                Minimum = Math.Max(members.Minimum, 1),
                Maximum = _facts.MaximumOf(members),
            };
            machine = Add(draft);
            _ofExpressions.Add(members, machine);
            _open.Enqueue(() => MembersBuilder.Build(draft, members, _facts, _builder, this));
        }

        return machine;
    }

    private int AddPlain(string name, GrammarExpression expression)
    {
        MachineDraft draft = new(MachineKind.Plain, name);
        _open.Enqueue(() => draft.Nfa = _builder.Build(name, expression));
        return Add(draft);
    }

    private int Add(MachineDraft draft)
    {
        _drafts.Add(draft);
        return _drafts.Count - 1;
    }
}
