using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Emit;

/// <summary>The classes that models are compiled into: where they stand and what they are called.</summary>
public sealed class ClassTests
{
    private static readonly TestModel Model = new TestModel { Layers = 1 }
        .With("tokenizer.chat_template", TestModel.Text("{% for m in messages %}{{ m.content | upper }}{% endfor %}"));

    [Fact]
    public void ClassesOfManyKinds()
    {
        string[] sources =
        [
            """
            using ModelGen;
            /// <summary>In no namespace, and internal.</summary>
            [GgufModel("tiny.gguf")]
            internal sealed partial class Global { }
            """,
            """
            namespace Outer
            {
                namespace Inner.Deep
                {
                    /// <summary>In nested namespaces, and not sealed, with members of its own in another part.</summary>
                    [ModelGen.GgufModelAttribute("TINY.gguf", ContextLength = 7)]
                    public partial class Nested
                    {
                        /// <summary>Of the user.</summary>
                        public int Answer => 42;
                    }

                    public partial class Nested
                    {
                        /// <inheritdoc/>
                        public override string ToString() => Info.Name;
                    }
                }
            }
            """,
            """
            namespace @event.@namespace;
            /// <summary>Named by a keyword.</summary>
            [ModelGen.GgufModel("tiny.gguf")]
            public sealed partial class @class { }
            """,
            """
            namespace Größe;
            /// <summary>Named in other letters, its base written out.</summary>
            [ModelGen.GgufModel("tiny.gguf")]
            public sealed partial class Модель : ModelGen.CompiledDecoder { }
            """,
            """
            namespace Some_Name;
            /// <summary>Named by words that are keywords at some places.</summary>
            [ModelGen.GgufModel("tiny.gguf")]
            public sealed partial class @record { }
            """,
        ];
        GeneratorRun run = GeneratorRun.Start(sources, MemoryText.Of(Model));
        run.CheckNames();
        ModelFiles(run).ShouldBe(
            ["Global.Model.g.cs", "Outer.Inner.Deep.Nested.Model.g.cs", "event.namespace.class.Model.g.cs", "Größe.Модель.Model.g.cs", "Some_Name.record.Model.g.cs"],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("internal partial class Outer")]
    [InlineData("internal static partial class Outer")]
    [InlineData("internal abstract partial class Outer")]
    [InlineData("internal partial class Outer<T, @class> where T : struct")]
    [InlineData("internal partial struct Outer")]
    [InlineData("internal readonly partial struct Outer<T>")]
    [InlineData("internal ref partial struct Outer")]
    [InlineData("internal readonly ref partial struct Outer")]
    [InlineData("internal partial record Outer")]
    [InlineData("internal partial record class @record(int X)")]
    [InlineData("internal partial record struct Outer(int X)")]
    [InlineData("internal partial interface Outer")]
    [InlineData("internal partial interface Outer<T>")]
    public void NestedInATypeOfAnyKind(string container)
    {
        string source = $$"""
            namespace App;
            internal partial class First
            {
                {{container}}
                {
                    [ModelGen.GgufModel("tiny.gguf")]
                    private sealed partial class Story { public static Story Tell() => Load(); }
                }
            }
            """;
        GeneratorRun.Start([source], MemoryText.Of(Model)).CheckNames();
    }

    /// <summary>Classes of one name in types of one name that differ in their type parameters only, and classes whose names differ in case only.</summary>
    [Fact]
    public void NamesThatAreNearlyTheSame()
    {
        string[] sources =
        [
            """
            using ModelGen;
            namespace App
            {
                [GgufModel("tiny.gguf")] internal sealed partial class Stories { }
                [GgufModel("tiny.gguf")] internal sealed partial class stories { }
                [GgufModel("tiny.gguf")] internal sealed partial class STORIES { }
                internal partial class Outer { [GgufModel("tiny.gguf")] internal sealed partial class Stories { } }
                internal partial class Outer<T> { [GgufModel("tiny.gguf")] internal sealed partial class Stories { } }
                internal partial class Outer<T, U> { [GgufModel("tiny.gguf")] internal sealed partial class Stories { } }
                internal partial class Outer_1 { [GgufModel("tiny.gguf")] internal sealed partial class Stories { } }
                internal partial class Outer_ { internal partial class _1 { [GgufModel("tiny.gguf")] internal sealed partial class Stories { } } }
            }
            """,
        ];
        GeneratorRun run = GeneratorRun.Start(sources, MemoryText.Of(Model));
        run.CheckNames();
        ModelFiles(run).ShouldBe(
            [
                "App.Stories.Model.g.cs", "App.stories(2).Model.g.cs", "App.STORIES(3).Model.g.cs", "App.Outer.Stories.Model.g.cs", "App.Outer-1.Stories.Model.g.cs",
                "App.Outer-2.Stories.Model.g.cs", "App.Outer_1.Stories.Model.g.cs", "App.Outer_._1.Stories.Model.g.cs",
            ],
            ignoreOrder: true);
    }

    /// <summary>An attribute on two parts of a class is the compiler's to tell; the generator does not fall over it.</summary>
    [Fact]
    public void TheAttributeOnTwoParts()
    {
        string part = "[ModelGen.GgufModel(\"tiny.gguf\")] public sealed partial class Story { }";
        GeneratorRun run = GeneratorRun.Start([part, part], MemoryText.Of(Model));
        run.Diagnostics.ShouldBeEmpty();
        ModelFiles(run).ShouldBe(["Story.Model.g.cs"]);
    }

    /// <summary>Names of what stands in the class, beside it and above it, as names of the class.</summary>
    [Fact]
    public void TheClassMayHaveAnyNameThatStandsInIt()
    {
        ProjectOptions options = new() { IsDesignTime = true };
        SortedSet<string> names =
        [
            .. EmittedNames.Of(GeneratorRun.Start(options, [GeneratorRun.Class("Model", Model.FileName)], MemoryText.Of(Model))),
            .. typeof(CompiledDecoder).GetMembers().Where(member => member is not ConstructorInfo).Select(member => member.Name),
            "Forward", "IKernels", "LayerWeights", "State", "DefaultChatTemplate", "Vector256", "Session", "var", "dynamic", "nint", "_",
        ];
        names.ShouldContain("CreateSession");
        names.ShouldContain("Blueprint");
        names.Remove("Load");
        string source = string.Concat(names.Select(
            (name, index) => $"namespace N{index} {{ [global::ModelGen.GgufModel(\"tiny.gguf\")] internal sealed partial class @{name} {{ }} }}\n"));
        GeneratorRun run = GeneratorRun.Start(options, ["#pragma warning disable CS8981 // Names in lower case.\n" + source], MemoryText.Of(Model));
        run.CheckNames();
        ModelFiles(run).Length.ShouldBe(names.Count);
    }

    private static string[] ModelFiles(GeneratorRun run) => [.. run.Files.Keys.Where(name => name.EndsWith(".Model.g.cs", StringComparison.Ordinal))];
}
