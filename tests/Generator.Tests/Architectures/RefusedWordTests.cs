using System.Linq;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>What a model asks for that no spec has a word for is named in the sentence that refuses it.</summary>
public sealed class RefusedWordTests
{
    [Fact]
    public void AnArchitectureIsNamedBesideThoseThatThereAre()
    {
        string message = Messages(new TestModel { ArchitectureName = "rwkv6qwen2" }).ShouldHaveSingleItem();
        message.ShouldStartWith("architecture 'rwkv6qwen2' is not supported; supported are: llama, ");
        Architecture.Names.ShouldAllBe(name => message.Contains(name));
    }

    [Theory]
    [InlineData("attention.value_scale")]
    [InlineData("router_logit_softcapping")]
    [InlineData("swiglu_clamp_exp")]
    [InlineData("attention.output_scale")]
    public void AFactorIsNamedWithItsValue(string suffix) => Messages(new TestModel().With("llama." + suffix, TestModel.Real(0.5f)))
        .ShouldBe([$"the model asks for llama.{suffix} = 0.5, which is not supported"]);

    [Theory]
    [InlineData("attention.indexer.top_k")]
    [InlineData("num_loops")]
    [InlineData("hyper_connection.count")]
    [InlineData("experts_per_group")]
    public void ANumberIsNamedWithItsValue(string suffix) => Messages(new TestModel().With("llama." + suffix, TestModel.Integer(4)))
        .ShouldBe([$"the model asks for llama.{suffix} = 4, which is not supported"]);

    [Theory]
    [InlineData("blk.1.attn_q.scale", 1)]
    [InlineData("blk.1.attn_gate.weight", 64)]
    [InlineData("blk.1.layer_output_scale.weight", 1)]
    public void ATensorIsNamed(string name, int length) => Messages(new TestModel().With(TestModel.Tensor(name, TestModel.F32, length)))
        .ShouldBe([$"tensor '{name}' is not part of architecture 'llama' as it is supported; leaving it out would change the model's answers"]);

    [Theory]
    [InlineData(9, "Q8_1")]
    [InlineData(24, "I8")]
    [InlineData(28, "F64")]
    public void AFormatIsNamed(int typeId, string name) => Messages(new TestModel().With(TestModel.Tensor("blk.0.attn_q.weight", typeId, 64, 64)))
        .ShouldHaveSingleItem().ShouldStartWith($"tensor 'blk.0.attn_q.weight' has format {name}, which is not supported; quantise the model to one of F32, ");

    [Fact]
    public void LayersThatOnlyMultiplyAreRefused()
    {
        // Heads, but no keys: llama.cpp takes the output matrix alone.
        TestModel model = new TestModel { ArchitectureName = "deci" }
            .With("deci.attention.head_count_kv", Array(2, 0));
        Messages(model).ShouldContain("metadata key 'deci.attention.head_count_kv' is 0 for a layer, which has no other way to see the tokens before it");
    }

    [Fact]
    public void LayersWithHeadsAndWithoutANetworkAreRefused() =>
        Messages(new TestModel { ArchitectureName = "deci" }.With("deci.feed_forward_length", Array(96, 0)))
            .ShouldContain("the model asks for deci.feed_forward_length = 0 in a layer with heads, which is not supported");

    [Fact]
    public void AnActivationIsNamed() =>
        Messages(new TestModel { ArchitectureName = "bitnet" }.With("bitnet.hidden_activation", TestModel.Text("relu2")))
            .ShouldContain("the model asks for bitnet.hidden_activation = relu2, which is not supported");

    [Fact]
    public void AFourthSectionOfAHeadIsNamed() =>
        Messages(new TestModel { ArchitectureName = "paddleocr" }.With("paddleocr.rope.dimension_sections", Array(2, 2, 2, 2)))
            .ShouldContain("the model asks for paddleocr.rope.dimension_sections = [2, 2, 2, 2], which is not supported");

    private static GgufValue Array(params int[] numbers) => new(GgufValueType.Array, Array: new GgufArray(
        GgufValueType.UInt32, numbers.Length, new string('0', 64), numbers.Select(number => TestModel.Integer(number)).ToEquatableArray()));

    private static string[] Messages(TestModel model) => [.. Architecture.Recognise(model.Header).Problems.Select(problem => problem.Message)];
}
