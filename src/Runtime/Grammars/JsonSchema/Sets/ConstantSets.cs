using System.Linq;
using System.Text.Json;
using ModelGen.Grammars.JsonSchema.Documents;
using ModelGen.Grammars.JsonSchema.Requirements;

namespace ModelGen.Grammars.JsonSchema.Sets;

/// <summary>Which of <c>null</c>, <c>true</c> and <c>false</c> schemas hold of.</summary>
/// <param name="states">The schemas.</param>
internal sealed class ConstantSets(SchemaStates states) : ClosedSets<ConstantSet>(states)
{
    private const JsonTypes Constants = JsonTypes.Null | JsonTypes.True | JsonTypes.False;

    public override ConstantSet All { get; } = new(Constants);

    public override ConstantSet None { get; } = new(JsonTypes.None);

    protected override ConstantSet Assert(SchemaState state) => new(state.Keywords.Constants.Aggregate(
        state.Keywords.Types & Constants,
        (types, constants) => types & constants.Aggregate(JsonTypes.None, (some, constant) => some | constant.Value.ValueKind switch
        {
            JsonValueKind.Null => JsonTypes.Null,
            JsonValueKind.True => JsonTypes.True,
            JsonValueKind.False => JsonTypes.False,
            _ => JsonTypes.None,
        })));

    protected override bool IsNone(ConstantSet set) => set.Types == JsonTypes.None;

    protected override ConstantSet And(ConstantSet left, ConstantSet right) => new(left.Types & right.Types);

    protected override ConstantSet Or(ConstantSet left, ConstantSet right) => new(left.Types | right.Types);

    protected override ConstantSet Not(ConstantSet set) => new(Constants & ~set.Types);
}

/// <summary>Some of <c>null</c>, <c>true</c> and <c>false</c>.</summary>
/// <param name="Types">Which of them.</param>
internal sealed record ConstantSet(JsonTypes Types);
