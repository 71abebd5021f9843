using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>A dish to cook.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Minutes">How long it takes.</param>
/// <param name="Level">How hard it is.</param>
/// <param name="Steps">What to do, in order.</param>
[GeneratedOutput]
public sealed partial record Recipe(string Title, [Range(1, 600)] int Minutes, Difficulty Level, IReadOnlyList<Step> Steps);

/// <summary>How hard it is.</summary>
public enum Difficulty
{
    /// <summary>Anybody can.</summary>
    Easy,
    Medium,
    [JsonStringEnumMemberName("very hard")]
    VeryHard,
}

public sealed record Step([property: Description("What to do.")] string Text, TimeSpan? Duration = null);

/// <summary>Every type that is one text, number or word.</summary>
[GeneratedOutput]
public sealed partial class Scalars
{
    public bool Truth { get; set; }

    public sbyte SByte { get; set; }

    public byte Byte { get; set; }

    public short Int16 { get; set; }

    public ushort UInt16 { get; set; }

    public int Int32 { get; set; }

    public uint UInt32 { get; set; }

    public long Int64 { get; set; }

    public ulong UInt64 { get; set; }

    public Int128 Int128 { get; set; }

    public UInt128 UInt128 { get; set; }

    public Half Half { get; set; }

    public float Single { get; set; }

    public double Double { get; set; }

    public decimal Decimal { get; set; }

    public string Text { get; set; } = "";

    public char Character { get; set; }

    public Guid Guid { get; set; }

    public DateTime DateTime { get; set; }

    public DateTimeOffset DateTimeOffset { get; set; }

    public DateOnly DateOnly { get; set; }

    public TimeOnly TimeOnly { get; set; }

    public TimeSpan TimeSpan { get; set; }

    public Uri Uri { get; set; } = new("https://example.com/");

    public int? NoNumber { get; set; }

    public string? NoText { get; set; }

    public Difficulty? NoName { get; set; }
}

/// <summary>Every collection.</summary>
[GeneratedOutput]
public sealed partial class Collections
{
    public required int[] Array { get; init; }

    public required string[][] Nested { get; init; }

    public required List<double?> Numbers { get; init; }

    public required IEnumerable<string?> Texts { get; init; }

    public required ICollection<bool> Truths { get; init; }

    public required IReadOnlyCollection<Difficulty> Levels { get; init; }

    public required HashSet<int> Set { get; init; }

    public required IReadOnlySet<string> OtherSet { get; init; }

    public required ImmutableArray<Step> Immutable { get; init; }

    public required ImmutableList<long> ImmutableNumbers { get; init; }

    public required ImmutableHashSet<int> ImmutableSet { get; init; }

    public required ObservableCollection<int> Observable { get; init; }

    public required Dictionary<string, int> Map { get; init; }

    public required IReadOnlyDictionary<string, List<Step>?> OtherMap { get; init; }

    public required ImmutableDictionary<string, bool> ImmutableMap { get; init; }

    public required SortedDictionary<string, string> SortedMap { get; init; }
}

/// <summary>What limits there are.</summary>
[GeneratedOutput]
public sealed partial record Limits(
    [StringLength(12, MinimumLength = 2)] string Short,
    [MaxLength(5)] string? Shorter,
    [RegularExpression("[A-Z]{2}-[0-9]+")] string Code,
    [RegularExpression("[a-z]*"), Length(3, 6)] string Word,
    [AllowedValues("red", "green", "dark blue")] string Colour,
    [Range(0.0, 1.0)] double Share,
    [Range(-5.5, 5.5, MinimumIsExclusive = true)] float Between,
    [Range(typeof(decimal), "0.01", "999.99")] decimal Price,
    [Range(1, 9)] byte Digit,
    [Range(0, double.MaxValue)] long Natural,
    [ItemCount(1, 3)] int[] Few,
    [MinLength(2)] IReadOnlyList<bool> Some,
    [MaxLength(2)] Dictionary<string, int> Map);

/// <summary>A shape of one of several kinds.</summary>
[GeneratedOutput]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Group), "group")]
[JsonDerivedType(typeof(Nothing), 3)]
public abstract partial record Shape
{
    [JsonPropertyOrder(-1)]
    public string? Name { get; init; }
}

/// <summary>A round one.</summary>
public sealed record Circle(double Radius) : Shape;

/// <summary>Several.</summary>
public sealed record Group(List<Shape> Shapes) : Shape;

public sealed record Nothing : Shape;

/// <summary>A class that is one of its own kinds, and its places without discriminators.</summary>
[JsonDerivedType(typeof(Cat), "cat")]
public class Animal
{
    [JsonPropertyOrder(-1)]
    public string Name { get; set; } = "";
}

public sealed class Cat : Animal
{
    public int Lives { get; set; }
}

/// <summary>What contains itself, and what refers to it.</summary>
[GeneratedOutput]
public sealed partial record Tree(int Value, Tree? Left, Tree? Right, List<Tree> Others, Dictionary<string, Tree> Named);

/// <summary>How values are made: everything that is not plain.</summary>
[GeneratedOutput]
public sealed partial class Making : Made
{
    [JsonConstructor]
    internal Making(int first, string @class, double ratio = 0.5, Difficulty level = Difficulty.Medium, long? most = long.MinValue)
    {
        First = first;
        Class = @class;
        Ratio = ratio;
        Level = level;
        Most = most;
    }

    public Making() => throw new InvalidOperationException("The other constructor was to be called.");

    public int First { get; }

    public string Class { get; }

    public double Ratio { get; }

    public Difficulty Level { get; }

    public long? Most { get; }

    [JsonPropertyName("a name of JSON: größe")]
    public int Named { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MayBeMissing { get; set; } = "set";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MayBeMissingToo { get; init; } = 17;

    [JsonIgnore]
    public Action? Ignored { get; set; }

    [JsonInclude]
    internal int Included { get; set; }

    [JsonInclude]
    [JsonPropertyOrder(1)]
    public int Field;

    [JsonIgnore]
    public string Computed => $"{First} {Class}";

    [JsonPropertyOrder(-2)]
    public required bool Leading { get; set; }

    [JsonPropertyOrder(2)]
    public override int Virtual { get; set; }

    public Animal? Animal { get; set; }

    public Point Point { get; init; }

    public Pair<int, string?> Pair { get; init; } = new(0, null);

    public JsonElement Any { get; set; }

    public JsonNode? Node { get; set; }

    public object? Anything { get; set; }

    public Inner.Deep Deep { get; set; }

    public static class Inner
    {
        public record struct Deep(int X, int Y);
    }
}

public abstract class Made
{
    [JsonPropertyOrder(-1)]
    public int Base { get; set; }

    [JsonPropertyOrder(2)]
    public virtual int Virtual { get; set; }
}

public readonly struct Point
{
    [JsonConstructor]
    public Point(int x, int y) => (X, Y) = (x, y);

    public int X { get; }

    public int Y { get; }
}

public sealed record Pair<TFirst, TSecond>(TFirst First, TSecond Second);
