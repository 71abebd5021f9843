using System;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ModelGen.Generator.Output.Recognition;

/// <summary>A parameter's default as emitted code spells it.</summary>
internal static class DefaultValue
{
    public static string Of(IParameterSymbol parameter) => parameter.ExplicitDefaultValue switch
    {
        null => "default!",
        float number => Cast(number.ToString("R", CultureInfo.InvariantCulture), "F", "float", float.IsNaN(number) || float.IsInfinity(number)),
        double number => Cast(number.ToString("R", CultureInfo.InvariantCulture), "D", "double", double.IsNaN(number) || double.IsInfinity(number)),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        string or bool or char => SymbolDisplay.FormatPrimitive(parameter.ExplicitDefaultValue, quoteStrings: true, useHexadecimalNumbers: false)!,
        object number => $"unchecked(({TypeNames.Of(parameter.Type)})({Convert.ToString(number, CultureInfo.InvariantCulture)}))",
    };

    private static string Cast(string text, string suffix, string type, bool isSpecial) => !isSpecial ? text + suffix
        : text.StartsWith("N", StringComparison.Ordinal) ? type + ".NaN"
        : text.StartsWith("-", StringComparison.Ordinal) ? type + ".NegativeInfinity"
        : type + ".PositiveInfinity";
}
