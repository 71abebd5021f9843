using System.Numerics;
using Microsoft.CodeAnalysis;
using ModelGen.Generator.Output.Shapes;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>Types of the framework whose values are one text, number or word of JSON.</summary>
internal static class SimpleTypes
{
    /// <summary>The value of such a type with its limits; null where it is another type.</summary>
    public static OutputValue? Read(ITypeSymbol type, ValueConstraints constraints, Site site)
    {
        string name = TypeNames.Of(type);
        return type.SpecialType switch
        {
            SpecialType.System_Boolean => new BooleanValue(),
            SpecialType.System_SByte => Integer(sbyte.MinValue, sbyte.MaxValue),
            SpecialType.System_Byte => Integer(byte.MinValue, byte.MaxValue),
            SpecialType.System_Int16 => Integer(short.MinValue, short.MaxValue),
            SpecialType.System_UInt16 => Integer(ushort.MinValue, ushort.MaxValue),
            SpecialType.System_Int32 => Integer(int.MinValue, int.MaxValue),
            SpecialType.System_UInt32 => Integer(uint.MinValue, uint.MaxValue),
            SpecialType.System_Int64 => Integer(long.MinValue, long.MaxValue),
            SpecialType.System_UInt64 => Integer(ulong.MinValue, ulong.MaxValue),
            SpecialType.System_Single => Real(RealPrecision.Single),
            SpecialType.System_Double => Real(RealPrecision.Double),
            SpecialType.System_Decimal => Real(RealPrecision.Decimal),
            SpecialType.System_Char => Formatted(TextFormat.Character),
            SpecialType.System_DateTime => Formatted(TextFormat.DateTime),
            SpecialType.System_Object => new AnyValue(name, IsNode: false),
            SpecialType.System_String => Text(constraints, site),
            _ => TypeNames.DefinitionOf(type) switch
            {
                "System.Int128" => Integer(-BigInteger.Pow(2, 127), BigInteger.Pow(2, 127) - 1),
                "System.UInt128" => Integer(0, BigInteger.Pow(2, 128) - 1),
                "System.Half" => Real(RealPrecision.Half),
                "System.Guid" => Formatted(TextFormat.Guid),
                "System.DateTimeOffset" => Formatted(TextFormat.DateTimeOffset),
                "System.DateOnly" => Formatted(TextFormat.DateOnly),
                "System.TimeOnly" => Formatted(TextFormat.TimeOnly),
                "System.TimeSpan" => Formatted(TextFormat.TimeSpan),
                "System.Uri" => Formatted(TextFormat.Uri),
                "System.Text.Json.JsonElement" => new AnyValue(name, IsNode: false),
                "System.Text.Json.Nodes.JsonNode" => new AnyValue(name, IsNode: true),
                _ => null,
            },
        };

        OutputValue Real(RealPrecision precision) => new RealValue(name, precision, constraints.TakeRange());

        OutputValue Formatted(TextFormat format) => new FormattedValue(name, format);

        OutputValue Integer(BigInteger minimum, BigInteger maximum)
        {
            NumberRange range = constraints.TakeRange();
            if (range.Minimum is decimal low)
            {
                BigInteger lowest = new BigInteger(decimal.Ceiling(low)) + (range.ExcludesMinimum && decimal.Ceiling(low) == low ? 1 : 0);
                minimum = BigInteger.Max(minimum, lowest);
            }

            if (range.Maximum is decimal high)
            {
                BigInteger highest = new BigInteger(decimal.Floor(high)) - (range.ExcludesMaximum && decimal.Floor(high) == high ? 1 : 0);
                maximum = BigInteger.Min(maximum, highest);
            }

            return new IntegerValue(name, type.MetadataName, minimum, maximum);
        }
    }

    private static TextValue Text(ValueConstraints constraints, Site site)
    {
        (int minimum, int? maximum) = constraints.TakeLengths();
        return new TextValue(minimum, maximum, constraints.TakePattern(), constraints.TakeAllowed(), site.Name);
    }
}
