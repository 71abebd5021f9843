using System.Numerics;
using ModelGen.Collections;

namespace ModelGen.Generator.Output.Shapes;

/// <summary>What stands at one place of the JSON, and which type of C# it becomes. The cases are the records derived from it here, no others.</summary>
/// <param name="Type">The type as emitted code spells it, with ? where null is one of its values.</param>
internal abstract record OutputValue(string Type);

/// <summary>true or false.</summary>
internal sealed record BooleanValue() : OutputValue("bool");

/// <summary>A number without a fraction.</summary>
/// <param name="Type">The type.</param>
/// <param name="Name">Name of the type in the namespace System.</param>
/// <param name="Minimum">The lowest.</param>
/// <param name="Maximum">The highest.</param>
internal sealed record IntegerValue(string Type, string Name, BigInteger Minimum, BigInteger Maximum) : OutputValue(Type);

/// <summary>A number with a fraction.</summary>
/// <param name="Type">The type.</param>
/// <param name="Precision">Which numbers the type has.</param>
/// <param name="Range">What the program allows of them.</param>
internal sealed record RealValue(string Type, RealPrecision Precision, NumberRange Range) : OutputValue(Type);

/// <summary>Any text.</summary>
/// <param name="Minimum">The fewest characters.</param>
/// <param name="Maximum">The most; null where there is no limit.</param>
/// <param name="Pattern">The regular expression that the whole of it matches; null for none.</param>
/// <param name="Allowed">The texts that it may be; none where it may be any.</param>
/// <param name="Site">What messages call it.</param>
internal sealed record TextValue(int Minimum, int? Maximum, string? Pattern, EquatableArray<string> Allowed, string Site) : OutputValue("string");

/// <summary>A text of a form of its own.</summary>
/// <param name="Type">The type.</param>
/// <param name="Format">The form.</param>
internal sealed record FormattedValue(string Type, TextFormat Format) : OutputValue(Type);

/// <summary>Any JSON.</summary>
/// <param name="Type">The type.</param>
/// <param name="IsNode">Whether it is a JsonNode, and not a JsonElement.</param>
internal sealed record AnyValue(string Type, bool IsNode) : OutputValue(Type);

/// <summary>null, or what another value is.</summary>
/// <param name="Item">The other.</param>
internal sealed record NullableValue(OutputValue Item) : OutputValue(Item.Type + "?");

/// <summary>Values of one kind, in an array.</summary>
/// <param name="Type">The type.</param>
/// <param name="Collection">How it is made.</param>
/// <param name="Item">A value.</param>
/// <param name="Minimum">The fewest values.</param>
/// <param name="Maximum">The most; null where there is no limit.</param>
internal sealed record ListValue(string Type, ListCollection Collection, OutputValue Item, int Minimum, int? Maximum) : OutputValue(Type);

/// <summary>Values of one kind by any names, in an object.</summary>
/// <param name="Type">The type.</param>
/// <param name="Collection">How it is made.</param>
/// <param name="Item">A value.</param>
/// <param name="Minimum">The fewest values.</param>
/// <param name="Maximum">The most; null where there is no limit.</param>
internal sealed record MapValue(string Type, MapCollection Collection, OutputValue Item, int Minimum, int? Maximum) : OutputValue(Type);

/// <summary>What a definition says, which may be one that this stands in.</summary>
/// <param name="Type">The type.</param>
/// <param name="Definition">Index of the definition in <see cref="OutputType.Definitions"/>.</param>
internal sealed record DefinedValue(string Type, int Definition) : OutputValue(Type);
