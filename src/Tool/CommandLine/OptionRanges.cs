using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace ModelGen.Tool.CommandLine;

/// <summary>Refuses numbers outside of an option's range, before anything is read.</summary>
internal static class OptionRanges
{
    /// <summary>An option from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public static Option<T> Between<T>(this Option<T> option, T least, T most)
        where T : INumber<T>, IMinMaxValue<T>
    {
        option.Validators.Add(result => Check(result, least, most, result.GetValueOrDefault<T>()));
        return option;
    }

    /// <summary>An option above <paramref name="bound"/>, which a number that has no end is not.</summary>
    public static Option<float> Above(this Option<float> option, float bound)
    {
        option.Validators.Add(result =>
        {
            if (!result.Implicit && result.GetValueOrDefault<float>() is float value && !(value > bound && float.IsFinite(value)))
            {
                result.AddError($"{result.Option.Name} is above {Text(bound)}.");
            }
        });
        return option;
    }

    /// <summary>
    /// For validators of whole commands, which come before those of options: what an option says, or false where it cannot be read. The
    /// parser says so by itself.
    /// </summary>
    public static bool TryRead<T>(this CommandResult result, Option<T> option, out T? value)
    {
        try
        {
            value = result.GetValue(option);
            return true;
        }
        catch (InvalidOperationException)
        {
            value = default;
            return false;
        }
    }

    /// <summary>A list, each of whose numbers is from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static Option<int[]> Each(this Option<int[]> option, int least, int most)
    {
        option.Validators.Add(result => Check(result, least, most, result.GetValueOrDefault<int[]>() ?? []));
        return option;
    }

    private static void Check<T>(OptionResult result, T least, T most, params T[] values)
        where T : INumber<T>, IMinMaxValue<T>
    {
        // Not a number is in no range.
        if (!result.Implicit && !values.All(value => value >= least && value <= most))
        {
            string range = most == T.MaxValue ? $"at least {Text(least)}" : $"from {Text(least)} to {Text(most)}";
            result.AddError($"{result.Option.Name} is {range}.");
        }
    }

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
