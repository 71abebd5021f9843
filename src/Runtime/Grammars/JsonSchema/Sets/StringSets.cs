using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.Characters;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>The texts that schemas hold of.</summary>
/// <param name="states">The schemas.</param>
/// <param name="assertFormats">Whether <c>format</c> is asserted.</param>
internal sealed class StringSets(SchemaStates states, bool assertFormats) : ClosedSets<StringSet>(states)
{
    private readonly Dictionary<string, CharacterAutomaton> _patterns = new(StringComparer.Ordinal);

    public override StringSet All => StringSet.All;

    public override StringSet None => StringSet.None;

    /// <summary>The texts that a pattern occurs in.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="place">Where it stands.</param>
    public CharacterAutomaton Containing(string pattern, string place)
    {
        if (!_patterns.TryGetValue(pattern, out CharacterAutomaton? texts))
        {
            try
            {
                texts = RegularExpressionAutomaton.Containing(pattern);
            }
            catch (GrammarException exception)
            {
                throw new GrammarException($"{place}: {exception.Message}");
            }

            _patterns.Add(pattern, texts);
        }

        return texts;
    }

    protected override StringSet Assert(SchemaState state)
    {
        SchemaKeywords keywords = state.Keywords;
        if ((keywords.Types & JsonTypes.String) == 0)
        {
            return None;
        }

        StringPart part = StringPart.All with { Minimum = keywords.MinLength ?? 0, Maximum = keywords.MaxLength };
        if (keywords.Pattern is string pattern)
        {
            part = part with { Texts = Containing(pattern, state.Place + "/pattern") };
        }

        if (assertFormats && keywords.Format is string format)
        {
            part = part with { Texts = part.Texts & TextFormats.Find(format, state.Place) };
        }

        StringSet set = new(part.IsEmpty ? [] : [part]);
        foreach (IReadOnlyList<SchemaConstant> constants in keywords.Constants)
        {
            set &= new StringSet(
            [
                StringPart.All with
                {
                    Texts = CharacterAutomaton.Of(constants
                        .Where(constant => constant.Value.ValueKind == JsonValueKind.String).Select(constant => constant.Value.GetString()!)),
                    IsPlain = true,
                },
            ]);
        }

        return set;
    }

    protected override bool IsNone(StringSet set) => set.Parts.Count == 0;

    protected override StringSet And(StringSet left, StringSet right) => left & right;

    protected override StringSet Or(StringSet left, StringSet right) => left | right;

    protected override StringSet Not(StringSet set) => ~set;
}
