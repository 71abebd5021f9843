using System;
using System.Globalization;
using System.Text;

namespace ModelGen.Templates;

/// <summary>Python's strftime, in English.</summary>
internal static class TimeFormat
{
    private const int DaysOfWeek = 7;

    /// <summary>A time in a format such as "%d %b %Y"; what is no directive stays as it is.</summary>
    public static string Write(string format, DateTime time)
    {
        StringBuilder text = new();
        for (int i = 0; i < format.Length; i++)
        {
            // %-d is %d without its leading zero.
            bool isUnpadded = i + 2 < format.Length && format[i] == '%' && format[i + 1] == '-';
            int place = isUnpadded ? i + 2 : i + 1;
            if (format[i] != '%' || place >= format.Length || Directive(format[place], time) is not string written)
            {
                text.Append(format[i]);
                continue;
            }

            text.Append(isUnpadded ? Unpadded(written) : written);
            i = place;
        }

        return text.ToString();
    }

    private static string Unpadded(string written) => written.TrimStart('0', ' ') is { Length: > 0 } digits ? digits : written[^1..];

    private static string? Directive(char directive, DateTime time) => directive switch
    {
        'a' => Net(time, "ddd"),
        'A' => Net(time, "dddd"),
        'b' or 'h' => Net(time, "MMM"),
        'B' => Net(time, "MMMM"),
        'c' => Write("%a %b %e %H:%M:%S %Y", time),
        'C' => (time.Year / 100).ToString("00", CultureInfo.InvariantCulture),
        'd' => Net(time, "dd"),
        'D' or 'x' => Net(time, "MM'/'dd'/'yy"),
        'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'f' => Net(time, "ffffff"),
        'F' => Net(time, "yyyy'-'MM'-'dd"),
        'H' => Net(time, "HH"),
        'I' => Net(time, "hh"),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'm' => Net(time, "MM"),
        'M' => Net(time, "mm"),
        'n' => "\n",
        'p' => time.Hour < 12 ? "AM" : "PM",
        'R' => Net(time, "HH':'mm"),
        'S' => Net(time, "ss"),
        't' => "\t",
        'T' or 'X' => Net(time, "HH':'mm':'ss"),
        'u' => (((int)time.DayOfWeek + DaysOfWeek - 1) % DaysOfWeek + 1).ToString(CultureInfo.InvariantCulture),
        'U' => Week(time, firstDay: 0),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'W' => Week(time, firstDay: 1),
        'y' => Net(time, "yy"),
        'Y' => time.Year.ToString(CultureInfo.InvariantCulture),

        // The time is the machine's own, which has no zone in Python.
        'z' or 'Z' => "",
        '%' => "%",
        _ => null,
    };

    private static string Net(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);

    // The first week starts with the first such day of the year.
    private static string Week(DateTime time, int firstDay)
    {
        int day = ((int)time.DayOfWeek - firstDay + DaysOfWeek) % DaysOfWeek;
        return ((time.DayOfYear + DaysOfWeek - 1 - day) / DaysOfWeek).ToString("00", CultureInfo.InvariantCulture);
    }
}
