namespace ModelGen.Generator.Tests.Output;

/// <summary>A type with some of everything.</summary>
internal static class OutputSample
{
    public const string Source = """
        #pragma warning disable CS1591
        using System;
        using System.Collections.Generic;
        using System.ComponentModel.DataAnnotations;
        using System.Text.Json.Serialization;
        using ModelGen;

        namespace Compiled;

        /// <summary>A dish to cook.</summary>
        /// <param name="Title">What it is called.</param>
        /// <param name="Minutes">How long it takes.</param>
        /// <param name="Level">As <see cref="Compiled.Level"/> says.</param>
        /// <param name="Steps">What to do.</param>
        /// <param name="Servings">For how many.</param>
        [GeneratedOutput]
        public sealed partial record Recipe(string Title, [Range(1, 600)] int Minutes, Level Level, [Length(1, 20)] IReadOnlyList<Step> Steps, int Servings = 4)
        {
            /// <summary>Where it comes from.</summary>
            public Source? Source { get; init; }

            /// <summary>What goes with it, by name.</summary>
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
            public Dictionary<string, double>? Drinks { get; set; }
        }

        /// <summary>How hard it is.</summary>
        public enum Level
        {
            /// <summary>Anybody can.</summary>
            Easy,
            Hard,
        }

        /// <summary>A step.</summary>
        public sealed class Step
        {
            /// <summary>What to do.</summary>
            [StringLength(200, MinimumLength = 1)]
            public required string Text { get; set; }

            public TimeSpan? Duration { get; set; }
        }

        [JsonDerivedType(typeof(Book), "book")]
        [JsonDerivedType(typeof(Person), "person")]
        public abstract record Source;

        /// <summary>A book.</summary>
        public sealed record Book(string Title, int? Page) : Source;

        public sealed record Person(string Name) : Source;

        """;
}
