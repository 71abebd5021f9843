using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>
/// A project may call its own types, namespaces and aliases as it likes: none takes a name away from emitted code. Every identifier of emitted
/// code is declared in every way.
/// </summary>
public sealed class ForeignNamesTests
{
    private const string Class = "Story";

    private static readonly TestModel Model = new TestModel { Layers = 2, Format = TestModel.Q4_0 }.With(
        "tokenizer.chat_template",
        TestModel.Text("{% macro tag(x) %}{{ x }}{% endmacro %}{% set ns = namespace(a=1) %}{% for m in messages if m.a is defined %}{{ tag(m.content | upper) }}{{ strftime_now('%Y') }}{% endfor %}"));

    private static readonly string Story = $$"""
        namespace App { [global::ModelGen.GgufModel("{{Model.FileName}}")] public sealed partial class {{Class}} { } }
        """;

    private static readonly Lazy<GeneratorRun> Emitted = new(() => Start(new ProjectOptions()));
    private static readonly Lazy<GeneratorRun> Declared = new(() => Start(new ProjectOptions { IsDesignTime = true }));

    /// <summary>Ways to declare a name, and how each is written.</summary>
    private static readonly Dictionary<string, Func<string, string>> Ways = new()
    {
        ["a namespace"] = name => $"namespace @{name} {{ class Inside {{ }} }}",
        ["a namespace in the class's"] = name => $"namespace App.@{name} {{ class Inside {{ }} }}",
        ["a namespace in ModelGen.Generated"] = name => $"namespace ModelGen.Generated.@{name} {{ class Inside {{ }} }}",
        ["a class in no namespace"] = name => $"class @{name} {{ }}",
        ["a class in the class's namespace"] = name => $"namespace App {{ class @{name} {{ }} }}",
        ["a class in the class"] = name => $"namespace App {{ partial class {Class} {{ class @{name} {{ }} }} }}",
        ["an alias"] = name => $"global using @{name} = Elsewhere.Target;",
        ["a class that a using brings"] = name => $"namespace Imported {{ class @{name} {{ }} }}",
        ["a class that a static using brings"] = name => $"namespace Elsewhere {{ static partial class Holder {{ public class @{name} {{ }} }} }}",
        ["a method that a static using brings"] = name => $"namespace Elsewhere {{ static partial class Holder {{ public static void @{name}(int x) {{ }} }} }}",
    };

    // What the ways refer to.
    private const string Rest = "global using Imported; global using static Elsewhere.Holder;\n"
        + "namespace Imported { class Anything { } } namespace Elsewhere { class Target { } static partial class Holder { } }";

    public static TheoryData<string> AllWays => [.. Ways.Keys];

    /// <summary>All names at once, beside all of the emitted code: an empty type rescues no other name, so what breaks alone breaks here.</summary>
    [Theory]
    [MemberData(nameof(AllWays))]
    public void AllAtOnce(string way) => Emitted.Value.CheckEmittedBeside(string.Join('\n', NamesFor(way).Select(Ways[way])));

    /// <summary>One at a time, beside the part that stands in the project's own namespace.</summary>
    [Theory]
    [MemberData(nameof(AllWays))]
    public void OneAtATime(string way)
    {
        foreach (string name in NamesFor(way))
        {
            Should.NotThrow(() => Declared.Value.CheckEmittedBeside(Ways[way](name)), name);
        }
    }

    [Fact]
    public void TheNamesAreThere() =>
        new[] { "App", "Math", "ModelGen", "System", "TemplateFilters", "Vector256", "nint" }.Except(EmittedNames.Of(Emitted.Value)).ShouldBeEmpty();

    private static GeneratorRun Start(ProjectOptions options) => GeneratorRun.Start(options, [Story, Rest], MemoryText.Of(Model));

    /// <summary>Names that can be declared this way: the project's own class is there already, and a type called System leaves no program the framework.</summary>
    private static IEnumerable<string> NamesFor(string way) => EmittedNames.Of(Emitted.Value).Where(name => way switch
    {
        "a class in no namespace" => name is not ("System" or "ModelGen"),
        "a class in the class's namespace" => name != Class,
        "a class in the class" => name is not (Class or "Load"),
        "a namespace in the class's" => name != Class,
        "a namespace in ModelGen.Generated" => name != "App_" + Class,
        _ => true,
    });
}
