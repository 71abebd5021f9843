using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Agent;

/// <summary>Somewhere that the functions know about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Place>))]
internal enum Place
{
    Park,
    Beach,
    Forest,
    Garden,
}

/// <summary>When.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Day>))]
internal enum Day
{
    Today,
    Tomorrow,
}

/// <summary>The functions that the model may call: what a program knows and a model does not.</summary>
internal static class Almanac
{
    private static readonly string[] Skies = ["sunny", "rainy", "windy", "foggy"];

    /// <summary>The functions, as the library hands them to a model.</summary>
    public static IReadOnlyList<AITool> Functions { get; } =
    [
        AIFunctionFactory.Create(GetWeather, "get_weather", "The weather in a place", AlmanacJson.Default.Options),
        AIFunctionFactory.Create(CountAnimals, "count_animals", "How many animals live in a place", AlmanacJson.Default.Options),
    ];

    private static string GetWeather([Description("Where")] Place place, [Description("When")] Day day) =>
        $"{Skies[((int)place + (int)day) % Skies.Length]} in the {place} {day}";

    private static string CountAnimals([Description("Where")] Place place) => FormattableString.Invariant($"{3 + (int)place} animals in the {place}");
}

/// <summary>The types of parameters and results, so that nothing is looked up by reflection.</summary>
[JsonSerializable(typeof(Place))]
[JsonSerializable(typeof(Day))]
[JsonSerializable(typeof(string))]
internal sealed partial class AlmanacJson : JsonSerializerContext;
