using System;
using ModelGen.Generator.Tests.Forests;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Generator.Tests.Output;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Snapshots;

/// <summary>What the generator writes, whole. A change here is a change of every user's program: read it before you accept it.</summary>
public sealed class SnapshotTests
{
    /// <summary>One format throughout: one kind of layer, fused steps only.</summary>
    private static readonly TestModel Uniform = new() { Layers = 2, Format = TestModel.Q8_0 };

    /// <summary>
    /// The second layer is of another kind than the first and the third: its query stands alone before key and value, and gate and up are
    /// apart. The head's matrix is F16, which reads floats.
    /// </summary>
    private static readonly TestModel Mixed = new()
    {
        FileName = "mixed.gguf",
        Name = "Mixed",
        Layers = 3,
        Format = TestModel.Q4_0,
        FormatOf = name => name switch
        {
            "blk.1.attn_q.weight" => TestModel.Q8_0,
            "blk.1.ffn_gate.weight" => TestModel.F16,
            "output.weight" => TestModel.F16,
            _ => null,
        },
    };

    /// <summary>Jinja of every kind of statement, and of expressions that C# spells otherwise.</summary>
    private const string Template = """
        {{- bos_token }}
        {%- set ns = namespace(count=0) %}
        {%- macro tag(name, text='') %}<{{ name }}>{{ text }}{% endmacro %}
        {%- for message in messages if message.role != 'system' %}
            {%- if loop.first and message['content'] is defined %}
                {{- tag(message.role, message.content | trim) }}
            {%- elif not message.tool_calls or loop.index0 // 2 == 1 %}
                {%- continue %}
            {%- else %}
                {%- set ns.count = ns.count + 1 %}
            {%- endif %}
        {%- else %}
            {{- raise_exception("nothing's there") }}
        {%- endfor %}
        {%- for key, value in (tools or {}).items() %}
            {%- set key = key | upper %}
            {{- key ~ ': ' ~ value | tojson(indent=2) + '\n' }}
        {%- endfor %}
        {%- set names | join(', ') %}{{ messages | selectattr('role', 'in', ['user', 'tool']) | map(attribute='content') | list }}{% endset %}
        {{- names[:-1] if names is string else none }}
        """;

    private static readonly Lazy<GeneratorRun> UniformRun = new(() => GeneratorRun.OfModels(Uniform));

    private static readonly Lazy<GeneratorRun> OutputRun = new(() => GeneratorRun.Start([OutputSample.Source]));

    private static readonly Lazy<GeneratorRun> ForestRun = new(() => ForestSample.Run(ForestSample.Small));

    [Fact]
    public void ModelOfOneFormat() => UniformRun.Value.Files["Compiled.Model0.Model.g.cs"].ShouldBeVerified("Uniform.Model");

    [Fact]
    public void BlueprintOfOneFormat() => UniformRun.Value.Files["Compiled.Model0.Blueprint.g.cs"].ShouldBeVerified("Uniform.Blueprint");

    [Fact]
    public void ForwardPassOfOneFormat() => UniformRun.Value.Files["Compiled.Model0.Forward.g.cs"].ShouldBeVerified("Uniform.Forward");

    [Fact]
    public void KernelsOfOneFormat() => UniformRun.Value.Files["Compiled.Model0.Kernels.Avx2.g.cs"].ShouldBeVerified("Uniform.Kernels.Avx2");

    [Fact]
    public void ForwardPassOfMixedFormats() => GeneratorRun.OfModels(Mixed).Files["Compiled.Model0.Forward.g.cs"].ShouldBeVerified("Mixed.Forward");

    [Fact]
    public void ChatTemplate()
    {
        GeneratorRun run = GeneratorRun.OfModels(new TestModel().With("tokenizer.chat_template", TestModel.Text(Template)));
        run.Diagnostics.ShouldBeEmpty();
        run.Compile().ShouldNotBeEmpty();
        run.Files["Compiled.Model0.ChatTemplates.g.cs"].ShouldBeVerified("ChatTemplates");
    }

    [Fact]
    public void OutputType() => OutputRun.Value.Files["Compiled.Recipe.Output.g.cs"].ShouldBeVerified("OutputType");

    /// <summary>Without the tables, which are numbers.</summary>
    [Fact]
    public void OutputReader()
    {
        string text = OutputRun.Value.Files["Compiled.Recipe.OutputReader.g.cs"];
        int start = text.IndexOf("new byte[]\n    {\n", StringComparison.Ordinal) + "new byte[]\n    {\n".Length;
        int end = text.IndexOf("    };\n", start, StringComparison.Ordinal);
        text.Remove(start, end - start).ShouldBeVerified("OutputReader");
    }

    [Fact]
    public void ForestClass() => ForestRun.Value.Files["Compiled.Router.Forest.g.cs"].ShouldBeVerified("Forest");

    [Fact]
    public void ForestTrees() => ForestRun.Value.Files["Compiled.Router.ForestTrees.g.cs"].ShouldBeVerified("ForestTrees");

    [Fact]
    public void SnapshotsCompile() => GeneratorRun.OfModels(Uniform, Mixed).Compile().ShouldNotBeEmpty();

    [Fact]
    public void ADifferenceNamesItsFirstLine()
    {
        VerifiedText.FirstDifference("a\nb\n", "a\nb\n").ShouldBeNull();
        VerifiedText.FirstDifference("a\nb\nc\n", "a\nx\ny\n").ShouldBe("Line 2:\n  verified: b\n  received: x");
        VerifiedText.FirstDifference("a", "a\nb").ShouldBe("Line 2:\n  verified: (no such line)\n  received: b");
    }
}
