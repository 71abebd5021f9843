using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModelGen.Output;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Output;

/// <summary>Generated readers, beside System.Text.Json's own.</summary>
public sealed class ReadTests
{
    private const int Count = 1_000;

    public static JsonSerializerOptions Options { get; } = new() { Converters = { new JsonStringEnumConverter() } };

    [Fact]
    public void RecipesComeBack() => ShouldComeBack(values => values.Recipe());

    [Fact]
    public void ScalarsComeBack() => ShouldComeBack(values => values.Scalars());

    [Fact]
    public void CollectionsComeBack() => ShouldComeBack(values => values.Collections());

    [Fact]
    public void LimitedValuesComeBack() => ShouldComeBack(values => values.Limits());

    [Fact]
    public void ShapesComeBack() => ShouldComeBack(values => values.Shape());

    [Fact]
    public void TreesComeBack() => ShouldComeBack(values => values.Tree());

    [Fact]
    public void EveryWayOfMakingAValueComesBack() => ShouldComeBack(values => values.Making());

    [Fact]
    public void WhatIsLeftOutKeepsItsDefault()
    {
        Making made = Read<Making>("""
            {"Leading":true,"Base":1,"First":3,"Class":"c","a name of JSON: größe":4,"Included":5,"Animal":null,
            "Point":{"X":1,"Y":2},"Pair":{"First":1,"Second":null},"Any":null,"Node":null,"Anything":null,"Deep":{"X":1,"Y":2},"Field":6,"Virtual":2}
            """);
        made.Ratio.ShouldBe(0.5);
        made.Level.ShouldBe(Difficulty.Medium);
        made.Most.ShouldBe(long.MinValue);
        made.MayBeMissing.ShouldBe("set");
        made.MayBeMissingToo.ShouldBe(17);
        made.Any.ValueKind.ShouldBe(JsonValueKind.Null);
        Read<Making>("""
            {"Leading":true,"Base":1,"First":3,"Class":"c","a name of JSON: größe":4,"MayBeMissingToo":18,"Included":5,"Animal":null,
            "Point":{"X":1,"Y":2},"Pair":{"First":1,"Second":null},"Any":null,"Node":null,"Anything":null,"Deep":{"X":1,"Y":2},"Field":6,"Virtual":2}
            """).MayBeMissingToo.ShouldBe(18);
    }

    [Theory]
    [InlineData("", "Expected")]
    [InlineData("[]", "an object was expected, and not an object or array.")]
    [InlineData("\"a\"", "an object was expected, and not \"a\".")]
    [InlineData("{}", "'Recipe' has no property \"Title\", which it must have.")]
    [InlineData("{\"Titel\":1}", "'Recipe' has a property \"Titel\", of which nothing is known.")]
    [InlineData("{\"Title\":null}", "a text was expected, and not null.")]
    [InlineData("{\"Title\":1}", "Cannot get the value of a token type 'Number' as a string.")]
    [InlineData("{\"Title\":\"a\",\"Minutes\":1.5}", "Int32")]
    [InlineData("{\"Title\":\"a\",\"Level\":\"hard\"}", "'Difficulty' has no name \"hard\".")]
    [InlineData("{\"Title\":\"a\",\"Level\":1}", "a text was expected, and not 1.")]
    [InlineData("{\"Title\":\"a\",\"Minutes\":1,\"Level\":\"Easy\",\"Steps\":[]} x", "'x'")]
    [InlineData("{\"Title\":\"a\",\"Minutes\":1,\"Level\":\"Easy\",\"Steps\":[", "Expected")]
    public void OtherTextsAreRefused(string json, string message)
    {
        ModelGenException error = Should.Throw<ModelGenException>(() => Read<Recipe>(json));
        error.Message.ShouldStartWith("The text is not JSON of 'Recipe': ");
        error.Message.ShouldContain(message);
    }

    [Theory]
    [InlineData("{}", "'Shape' has no property \"kind\", which it must have.")]
    [InlineData("{\"Name\":null,\"kind\":3}", "'Shape' has no property \"kind\", which it must have.")]
    [InlineData("{\"kind\":\"square\"}", "'Shape' has no name \"square\".")]
    [InlineData("{\"kind\":4}", "'Shape' has no name 4.")]
    public void OtherKindsAreRefused(string json, string message) =>
        Should.Throw<ModelGenException>(() => Read<Shape>(json)).Message.ShouldBe("The text is not JSON of 'Shape': " + message);

    [Fact]
    public void AnyDepthIsRead()
    {
        const int Depth = 500;
        string open = string.Concat(Enumerable.Repeat("{\"Value\":1,\"Left\":null,\"Right\":null,\"Named\":{},\"Others\":[", Depth));
        Tree tree = Read<Tree>(open + string.Concat(Enumerable.Repeat("]}", Depth)));
        for (int depth = 1; depth < Depth; depth++)
        {
            tree = tree.Others.ShouldHaveSingleItem();
        }

        tree.Others.ShouldBeEmpty();
    }

    [Fact]
    public void WhatIsNestedTooDeepForTheStackIsAnError()
    {
        string json = string.Concat(Enumerable.Repeat("{\"Value\":1,\"Left\":", 1_000_000));
        Should.Throw<ModelGenException>(() => Read<Tree>(json)).Message.ShouldContain("stack");
    }

    private static T Read<T>(string json)
        where T : IGeneratedOutput<T> => OutputText.Read<T>(Encoding.UTF8.GetBytes(json));

    private static void ShouldComeBack<T>(Func<RandomValues, T> next)
        where T : IGeneratedOutput<T>
    {
        RandomValues values = new(seed: 1);
        for (int i = 0; i < Count; i++)
        {
            string json = JsonSerializer.Serialize(next(values), Options);
            JsonSerializer.Serialize(Read<T>(json), Options).ShouldBe(json);
        }
    }
}
