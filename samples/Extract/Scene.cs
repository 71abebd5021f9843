using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using ModelGen;

namespace Extract;

/// <summary>What a line of a story tells.</summary>
/// <param name="Who">Who it is about.</param>
/// <param name="Mood">How they feel.</param>
/// <param name="People">How many people there are.</param>
/// <param name="Things">Things that they have or see.</param>
[GeneratedOutput]
public sealed partial record Scene(
    [StringLength(20, MinimumLength = 1)] string Who,
    Mood Mood,
    [Range(0, 10)] int People,
    [ItemCount(0, 3)] IReadOnlyList<Thing> Things);

/// <summary>A thing in a scene.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Colour">Its colour; null where nothing is said of it.</param>
public sealed record Thing([StringLength(20, MinimumLength = 1)] string Name, [AllowedValues("red", "green", "blue", "yellow")] string? Colour);

/// <summary>How somebody feels.</summary>
public enum Mood
{
    /// <summary>All is well.</summary>
    Happy,

    /// <summary>Something is missed.</summary>
    Sad,

    /// <summary>Something threatens.</summary>
    Scared,

    /// <summary>Something is not fair.</summary>
    Angry,
}

/// <summary>How scenes are printed.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Scene))]
internal sealed partial class SceneJson : JsonSerializerContext;
