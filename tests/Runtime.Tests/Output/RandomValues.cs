using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>Random values of the types that tests have, over the whole of what each can be.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly string[] Codes = ["AB-1", "ZZ-0099", "QX-31415"];

    private readonly Random _random = new(seed);

    public Recipe Recipe() => new(Text(), _random.Next(1, 601), Name(), List(Step));

    public Scalars Scalars() => new()
    {
        Truth = Truth(),
        SByte = (sbyte)_random.Next(),
        Byte = (byte)_random.Next(),
        Int16 = (short)_random.Next(),
        UInt16 = (ushort)_random.Next(),
        Int32 = Int(),
        UInt32 = (uint)Long(),
        Int64 = Long(),
        UInt64 = (ulong)Long(),
        Int128 = new Int128((ulong)Long(), (ulong)Long()),
        UInt128 = new UInt128((ulong)Long(), (ulong)Long()),
        Half = Finite(() => BitConverter.Int16BitsToHalf((short)_random.Next()), Half.IsFinite),
        Single = Finite(() => Truth() ? BitConverter.Int32BitsToSingle(Int()) : (float)Fraction(), float.IsFinite),
        Double = Finite(() => Truth() ? BitConverter.Int64BitsToDouble(Long()) : Fraction(), double.IsFinite),
        Decimal = new decimal(Int(), Int(), Int(), Truth(), (byte)_random.Next(29)),
        Text = Text(),
        Character = (char)Finite(() => _random.Next(0x10000), code => code is < 0xd800 or > 0xdfff),
        Guid = Guid.NewGuid(),
        DateTime = new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks + 1), Truth() ? DateTimeKind.Utc : DateTimeKind.Unspecified),
        DateTimeOffset = new DateTimeOffset(
            _random.NextInt64(TimeSpan.TicksPerDay * 400, DateTime.MaxValue.Ticks - (TimeSpan.TicksPerDay * 400)), TimeSpan.FromMinutes(_random.Next(-840, 841))),
        DateOnly = DateOnly.FromDayNumber(_random.Next(DateOnly.MaxValue.DayNumber + 1)),
        TimeOnly = new TimeOnly(_random.NextInt64(TimeSpan.TicksPerDay)),
        TimeSpan = new TimeSpan(Truth() ? Long() / 2 : _random.NextInt64(-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay)),
        Uri = new Uri($"https://example{_random.Next(100)}.com:{_random.Next(1, 9999)}/a/b%20c?x='{_random.Next()}'&y=+#part"),
        NoNumber = Truth() ? null : Int(),
        NoText = Truth() ? null : Text(),
        NoName = Truth() ? null : Name(),
    };

    public Collections Collections() => new()
    {
        Array = [.. List(Int)],
        Nested = [.. List(() => List(Text).ToArray())],
        Numbers = List<double?>(() => Truth() ? null : Fraction()),
        Texts = List<string?>(() => Truth() ? null : Text()),
        Truths = List(Truth),
        Levels = List(Name),
        Set = [.. List(Int)],
        OtherSet = new HashSet<string>(List(Text)),
        Immutable = [.. List(Step)],
        ImmutableNumbers = [.. List(Long)],
        ImmutableSet = [.. List(Int)],
        Observable = new ObservableCollection<int>(List(Int)),
        Map = Map(Int),
        OtherMap = Map(() => Truth() ? null : List(Step)),
        ImmutableMap = Map(Truth).ToImmutableDictionary(),
        SortedMap = new SortedDictionary<string, string>(Map(Text)),
    };

    public Limits Limits() => new(
        Text(2, 12),
        Truth() ? null : Text(0, 5),
        Codes[_random.Next(Codes.Length)],
        new string((char)('a' + _random.Next(26)), _random.Next(3, 7)),
        new[] { "red", "green", "dark blue" }[_random.Next(3)],
        Math.Round(_random.NextDouble(), 6),
        (float)_random.Next(-54, 56) / 10,
        _random.Next(1, 99999) / 100m,
        (byte)_random.Next(1, 10),
        _random.NextInt64(),
        [.. Enumerable.Range(0, _random.Next(1, 4))],
        [true, .. List(Truth), false],
        Map(Int).Take(2).ToDictionary());

    public Shape Shape() => Shape(depth: 3);

    public Tree Tree() => Tree(depth: 3);

    public Making Making() => new(Int(), Text(), Fraction(), Name(), Truth() ? null : Long())
    {
        Named = Int(),
        MayBeMissing = Text(),
        MayBeMissingToo = Int() | 1,
        Included = Int(),
        Field = Int(),
        Leading = Truth(),
        Virtual = Int(),
        Base = Int(),
        Animal = _random.Next(3) switch
        {
            0 => null,
            1 => new Animal { Name = Text() },
            _ => new Cat { Name = Text(), Lives = Int() },
        },
        Point = new Point(Int(), Int()),
        Pair = new Pair<int, string?>(Int(), Truth() ? null : Text()),
        Any = JsonSerializer.SerializeToElement(Json()),
        Node = Json(),
        Anything = JsonSerializer.SerializeToElement(Json()),
        Deep = new Making.Inner.Deep(Int(), Int()),
    };

    private Shape Shape(int depth) => (depth == 0 ? 0 : _random.Next(3)) switch
    {
        1 => new Group([.. List(() => Shape(depth - 1))]) { Name = Truth() ? null : Text() },
        2 => new Nothing { Name = Truth() ? null : Text() },
        _ => new Circle(Fraction()) { Name = Truth() ? null : Text() },
    };

    private Tree Tree(int depth) => new(
        Int(),
        depth == 0 || Truth() ? null : Tree(depth - 1),
        depth == 0 || Truth() ? null : Tree(depth - 1),
        depth == 0 ? [] : List(() => Tree(depth - 1)),
        depth == 0 ? [] : Map(() => Tree(depth - 1)));

    private JsonNode? Json() => _random.Next(6) switch
    {
        0 => null,
        1 => JsonValue.Create(Int()),
        2 => JsonValue.Create(Text()),
        3 => new JsonArray([.. List(Json)]),
        4 => new JsonObject(Map(Json)),
        _ => JsonValue.Create(Truth()),
    };

    private Step Step() => new(Text(), Truth() ? null : TimeSpan.FromMinutes(_random.Next(1000)));

    private bool Truth() => _random.Next(2) == 0;

    private Difficulty Name() => (Difficulty)_random.Next(3);

    private int Int() => unchecked((int)Long());

    private long Long() => Truth() ? _random.NextInt64(-1000, 1000) : BitConverter.ToInt64(Bytes());

    private double Fraction() => Math.Round((_random.NextDouble() - 0.5) * Math.Pow(10, _random.Next(12)), _random.Next(8));

    private byte[] Bytes()
    {
        byte[] bytes = new byte[8];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static T Finite<T>(Func<T> next, Func<T, bool> isFinite)
    {
        T value = next();
        while (!isFinite(value))
        {
            value = next();
        }

        return value;
    }

    private List<T> List<T>(Func<T> next) => [.. Enumerable.Range(0, _random.Next(3)).Select(_ => next())];

    private Dictionary<string, T> Map<T>(Func<T> next)
    {
        Dictionary<string, T> map = [];
        foreach (T item in List(next))
        {
            map[Text()] = item;
        }

        return map;
    }

    private string Text() => Text(0, 10);

    /// <summary>Letters, what JSON escapes, and characters of one to four bytes.</summary>
    private string Text(int minimum, int maximum)
    {
        StringBuilder text = new();
        for (int count = _random.Next(minimum, maximum + 1); count > 0; count--)
        {
            text.Append(_random.Next(6) switch
            {
                0 => "\"\\/<>&'+\b\f\n\r\t\u0000\u001f\u007f"[_random.Next(16)].ToString(),
                1 => ((char)_random.Next(0x80, 0xd800)).ToString(),
                2 => char.ConvertFromUtf32(_random.Next(0x10000, 0x110000)),
                _ => ((char)_random.Next(' ', '\u007f')).ToString(),
            });
        }

        return text.ToString();
    }
}
