using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Tests.Emit;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Output;

/// <summary>As <see cref="ForeignNamesTests"/> says of models: no name of the project's takes one away from what is emitted for its output types.</summary>
public sealed class OutputForeignNamesTests
{
    private const string Source = """
        global using Imported; global using static Elsewhere.Holder;
        namespace Imported { class Anything { } }
        namespace Elsewhere { class Target { } static partial class Holder { } }
        namespace App
        {
            [global::ModelGen.GeneratedOutput]
            [global::System.Text.Json.Serialization.JsonDerivedType(typeof(Dish), "dish")]
            public partial record Answer(
                global::System.Collections.Generic.IReadOnlyList<int?> Numbers,
                global::System.Collections.Immutable.ImmutableArray<string> Names,
                global::System.Collections.Generic.HashSet<global::System.Half> Halves,
                global::System.Collections.Immutable.ImmutableDictionary<string, Level> Levels,
                global::System.Int128 Large,
                global::System.TimeSpan? Duration = null);

            public sealed record Dish(global::System.Text.Json.JsonElement Any) : Answer(null!, default, null!, null!, 0)
            {
                public global::System.Uri? Uri { get; set; }
            }

            public enum Level { Low, High }
        }
        """;

    private static readonly Lazy<GeneratorRun> Emitted = new(() => GeneratorRun.Start([Source]));

    private static readonly Dictionary<string, Func<string, string>> Ways = new()
    {
        ["a namespace"] = name => $"namespace @{name} {{ class Inside {{ }} }}",
        ["a namespace in the type's"] = name => $"namespace App.@{name} {{ class Inside {{ }} }}",
        ["a namespace in ModelGen.Generated"] = name => $"namespace ModelGen.Generated.@{name} {{ class Inside {{ }} }}",
        ["a class in no namespace"] = name => $"class @{name} {{ }}",
        ["a class in the type's namespace"] = name => $"namespace App {{ class @{name} {{ }} }}",
        ["an alias"] = name => $"global using @{name} = Elsewhere.Target;",
        ["a class that a using brings"] = name => $"namespace Imported {{ class @{name} {{ }} }}",
        ["a class that a static using brings"] = name => $"namespace Elsewhere {{ static partial class Holder {{ public class @{name} {{ }} }} }}",
        ["a method that a static using brings"] = name => $"namespace Elsewhere {{ static partial class Holder {{ public static void @{name}(int x) {{ }} }} }}",
    };

    // What the project has itself.
    private static readonly string[] Own = ["Answer", "Dish", "Level"];

    public static TheoryData<string> AllWays => [.. Ways.Keys];

    /// <summary>All names at once: an empty type rescues no other name, so what breaks alone breaks here.</summary>
    [Theory]
    [MemberData(nameof(AllWays))]
    public void AllAtOnce(string way) => Emitted.Value.CheckEmittedBeside(string.Join('\n', NamesFor(way).Select(Ways[way])));

    [Fact]
    public void TheNamesAreThere() =>
        new[] { "App", "HashSet", "ImmutableArray", "Int128", "List", "ModelGen", "OutputReader", "System", "Utf8JsonReader" }
            .Except(EmittedNames.Of(Emitted.Value)).ShouldBeEmpty();

    private static IEnumerable<string> NamesFor(string way) => EmittedNames.Of(Emitted.Value).Where(name => way switch
    {
        "a class in no namespace" => name is not ("System" or "ModelGen" or "App"),
        "a class in the type's namespace" or "a namespace in the type's" => !Own.Contains(name),
        "a namespace in ModelGen.Generated" => name != "App_Answer",
        _ => true,
    });
}
