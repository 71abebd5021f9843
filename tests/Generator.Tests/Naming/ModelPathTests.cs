using System.Linq;
using ModelGen.Packing;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Naming;

/// <summary>How models are named: paths in one spelling, the shortest names that tell them apart, and which of them a class means.</summary>
public sealed class ModelPathTests
{
    [Theory]
    [InlineData("model.gguf", "model.gguf")]
    [InlineData("./small/model.gguf", "small/model.gguf")]
    [InlineData("small\\model.gguf", "small/model.gguf")]
    [InlineData("a/../b//./model.gguf", "b/model.gguf")]
    [InlineData("../../models/x/../model.gguf", "../../models/model.gguf")]
    [InlineData("/data/model.gguf", "data/model.gguf")]
    [InlineData("C:\\data\\model.gguf", "data/model.gguf")]
    [InlineData("c:/model.gguf", "model.gguf")]
    [InlineData("a#;%' \"ü模, $(b).gguf", "a#;%' \"ü模, $(b).gguf")]
    [InlineData("", "")]
    public void OneSpelling(string path, string normalised)
    {
        ModelPath.Normalise(path).ShouldBe(normalised);
        ModelPath.Normalise(normalised).ShouldBe(normalised);
    }

    [Theory]
    [InlineData("models/a.gguf", "a.gguf")]
    [InlineData("models/a.gguf models/b.gguf", "a.gguf b.gguf")]
    [InlineData("small/m.gguf large/m.gguf other.gguf", "small/m.gguf large/m.gguf other.gguf")]
    [InlineData("x/small/m.gguf y/small/m.gguf y/small/n.gguf", "x/small/m.gguf y/small/m.gguf n.gguf")]
    [InlineData("small/m.gguf Large/M.GGUF", "small/m.gguf Large/M.GGUF")]
    [InlineData("m.gguf sub/m.gguf", "m.gguf sub/m.gguf")]
    [InlineData("../m.gguf sub/m.gguf", "m.gguf sub/m.gguf")]
    [InlineData("../../shared/m.gguf m.gguf", "shared/m.gguf m.gguf")]
    [InlineData("om.gguf m.gguf", "om.gguf m.gguf")]
    public void ShortestNames(string paths, string names) => ModelPath.Names(paths.Split(' ')).ShouldBe(names.Split(' '));

    [Theory]
    [InlineData("m.gguf", "sub/m.gguf")]
    [InlineData("SUB\\M.gguf", "sub/m.gguf")]
    [InlineData("n.gguf", "../shared/n.gguf")]
    [InlineData("../shared/n.gguf", "../shared/n.gguf")]
    [InlineData("o.gguf", "a/o.gguf b/o.gguf")]
    [InlineData("b/o.gguf", "b/o.gguf")]
    [InlineData("p.gguf", "p.gguf")] // A whole path is meant before the end of another.
    [InlineData("q/p.gguf", "q/p.gguf")]
    [InlineData("other/m.gguf", "")]
    [InlineData(".gguf", "")]
    [InlineData("", "")]
    public void WhatAClassMeans(string name, string found)
    {
        string[] paths = ["sub/m.gguf", "../shared/n.gguf", "a/o.gguf", "b/o.gguf", "p.gguf", "q/p.gguf"];
        string.Join(' ', ModelPath.Find(paths, name).Select(index => paths[index])).ShouldBe(found);
    }

    /// <summary>Each model's own name means it and no other.</summary>
    [Fact]
    public void NamesMeanTheirModels()
    {
        string[] paths = ["m.gguf", "a/m.gguf", "b/a/m.gguf", "c/a/m.gguf", "../d/m.gguf", "a/n", "N"];
        string[] names = ModelPath.Names(paths);
        names.Select(name => ModelPath.Find(paths, name)).ShouldBe(Enumerable.Range(0, paths.Length).Select(index => new[] { index }));
    }
}
