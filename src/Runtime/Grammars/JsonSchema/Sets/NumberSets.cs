using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>The numbers that schemas hold of, as sets of <see cref="JsonNumbers"/>.</summary>
/// <param name="states">The schemas.</param>
internal sealed class NumberSets(SchemaStates states) : ClosedSets<CharacterAutomaton>(states)
{
    public override CharacterAutomaton All => JsonNumbers.All;

    public override CharacterAutomaton None => CharacterAutomaton.None;

    protected override CharacterAutomaton Assert(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        CharacterAutomaton numbers = (keywords.Types & JsonTypes.Number) switch
        {
            JsonTypes.None => None,
            JsonTypes.Integer => JsonNumbers.Integers,
            _ => All,
        };
        Restrict("minimum", keywords.Minimum, JsonNumbers.AtLeast);
        Restrict("exclusiveMinimum", keywords.ExclusiveMinimum, JsonNumbers.Above);
        Restrict("maximum", keywords.Maximum, JsonNumbers.AtMost);
        Restrict("exclusiveMaximum", keywords.ExclusiveMaximum, JsonNumbers.Below);
        Restrict("multipleOf", keywords.MultipleOf, JsonNumbers.MultiplesOf);
        foreach (IReadOnlyList<SchemaConstant> constants in keywords.Constants)
        {
            CharacterAutomaton some = None;
            foreach (SchemaConstant constant in constants.Where(constant => constant.Value.ValueKind == JsonValueKind.Number))
            {
                some |= At(
                    state.Place + " has a constant that cannot be kept",
                    () => JsonNumbers.EqualTo(DecimalNumber.Parse(constant.Value.GetRawText())));
            }

            numbers &= some;
        }

        return numbers;

        void Restrict(string keyword, DecimalNumber? bound, Func<DecimalNumber, CharacterAutomaton> within)
        {
            if (bound is not null && !numbers.IsEmpty)
            {
                numbers = At($"{state.Place}/{keyword} cannot be kept", () => numbers & within(bound));
            }
        }
    }

    protected override bool IsNone(CharacterAutomaton set) => set.IsEmpty;

    protected override CharacterAutomaton And(CharacterAutomaton left, CharacterAutomaton right) =>
        left.Equals(All) ? right : right.Equals(All) ? left : left & right;

    protected override CharacterAutomaton Or(CharacterAutomaton left, CharacterAutomaton right) => left | right;

    protected override CharacterAutomaton Not(CharacterAutomaton set) => All - set;

    private static CharacterAutomaton At(string what, Func<CharacterAutomaton> numbers)
    {
        try
        {
            return numbers();
        }
        catch (GrammarException exception)
        {
            throw new GrammarException($"{what}: {exception.Message}");
        }
    }
}
