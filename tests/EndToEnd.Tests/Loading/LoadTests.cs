using System;
using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.EndToEnd.Tests.Reference;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>Packed files, GGUF files and fine-tunes load and answer with their own weights.</summary>
public sealed class LoadTests
{
    private static readonly TinyModel Tiny = TinyModels.LongMixed;

    // The same shapes and formats, other weights, other words, another name.
    private static readonly TinyModel FineTune = Tiny with { Name = "fine-tune", Seed = Tiny.Seed + 100, Word = "other" };

    // Ids that every model of these tests has.
    private static readonly int[] Text = TinyModels.Text(TinyModels.Smallest, seed: 3, length: 40);

    [Fact]
    public void APackedFileAnswersAsTheGgufThatItWasMadeOf()
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        string packed = TemporaryFiles.Write("model.weights", PackedFiles.Pack(compiled.Path));
        Answer(compiled.Load(packed, new LoadOptions { VerifyWeights = true })).ShouldBe(Answer(compiled.Load()));
    }

    [Fact]
    public void ThePlansMemoryIsConstantsOfTheGeneratedCode()
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        using CompiledDecoder model = compiled.Load();
        MemoryPlan plan = model.Info.Memory;
        Constant("WeightBytes").ShouldBe(plan.Weights);

        // Logits take whole cache lines.
        long session = plan.State + model.Info.VocabularySize * sizeof(float);
        Constant("SessionBytes").ShouldBeInRange(session, session + 63);
        Constant("ScratchBytes").ShouldBe(plan.Scratch);

        long Constant(string name) =>
            (long)compiled.Type.Assembly.GetTypes().Single(type => type.Name == "Blueprint").GetField(name)!.GetRawConstantValue()!;
    }

    [Fact]
    public void AFileBesideTheProgramIsLoadedAndNoneIsOneClearError()
    {
        // A name of its own, because the file lies in the folder of the test's binaries for a moment.
        TinyModel model = TinyModels.Smallest with { Name = "beside-the-program" };
        TinyModel other = model with { Name = "beside-the-program-fine-tune", Seed = model.Seed + 100 };
        CompiledClass compiled = ModelCompiler.Compile(model);
        string path = Path.Combine(AppContext.BaseDirectory, model.Name + ".weights");
        File.Delete(path);
        string none = Should.Throw<ModelGenException>(() => compiled.LoadBesideProgram()).Message;
        none.ShouldContain(" carries no beside-the-program.weights (");
        none.ShouldContain($"and it is not in {AppContext.BaseDirectory}: copy the program or that file from the build's output again");
        try
        {
            File.WriteAllBytes(path, PackedFiles.Pack(compiled.Path));
            Answer(compiled.LoadBesideProgram()).ShouldBe(Answer(compiled.Load()));

            // Beside the program must lie this very model: a fine-tune is loaded by its path only.
            byte[] fineTune = PackedFiles.Pack(TinyFiles.PathOf(other));
            using CompiledDecoder loaded = compiled.Load(TemporaryFiles.Write("fine-tune.weights", fineTune));
            loaded.Info.Name.ShouldBe(other.Name);
            File.Delete(path);
            File.WriteAllBytes(path, fineTune);
            Should.Throw<ModelGenException>(() => compiled.LoadBesideProgram()).Message.ShouldContain("but the program was compiled for");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFineTuneAnswersWithItsOwnWeightsAndWords(bool isPacked)
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        string gguf = TinyFiles.PathOf(FineTune);
        string path = isPacked ? TemporaryFiles.Write("fine-tune.weights", PackedFiles.Pack(gguf)) : gguf;
        using CompiledDecoder model = compiled.Load(path);
        using CompiledDecoder original = compiled.Load();
        model.Info.Name.ShouldBe(FineTune.Name);
        model.Info.Fingerprint.ShouldNotBe(original.Info.Fingerprint);

        int last = Tiny.Vocabulary - 1;
        original.Tokenizer.Decode([last]).ShouldStartWith(Tiny.Word);
        model.Tokenizer.Decode([last]).ShouldStartWith(FineTune.Word);

        // One token: no rounding of activations is likely to fall apart, and if so its cost is far below this.
        double[] expected = new ReferenceModel(gguf, quantizesActivations: true).Evaluate([1])[0];
        using Session session = model.CreateSession();
        float[] logits = [.. session.Evaluate([1])];
        logits.Zip(expected, (logit, other) => Math.Abs(logit - other)).Max().ShouldBeLessThan(0.1);
        Answer(model).ShouldNotBe(Answer(original));
    }

    /// <summary>
    /// The same model as other converters write it: settings once a layer, dimensions of 1 at the end of shapes, settings that ask for
    /// nothing, and none of those that stand at their default.
    /// </summary>
    [Fact]
    public void TheSameModelInOtherWordsRunsOnTheSameCode()
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        byte[] other = GgufEdit.Of(Tiny.ToArray())
            .Reshape(shape => [.. shape, 1, .. shape.Length == 1 ? new long[] { 1, 1 } : []])
            .Remove("llama.rope.freq_base", "llama.rope.dimension_count", "llama.attention.value_length")
            .Set(writer => writer
                .AddInt32s("llama.attention.head_count", Enumerable.Repeat(Tiny.Heads, Tiny.Layers))
                .AddInt32s("llama.attention.head_count_kv", Enumerable.Repeat(Tiny.KeyValueHeads, Tiny.Layers))
                .AddInt32s("llama.feed_forward_length", Enumerable.Repeat(Tiny.Hidden, Tiny.Layers))
                .AddFloats("llama.attention.layer_norm_rms_epsilon", Enumerable.Repeat(Tiny.NormEpsilon, Tiny.Layers))
                .AddBool("llama.attention.causal", true)
                .AddUInt32("llama.expert_count", 0)
                .AddUInt32("split.no", 0)
                .AddUInt32("split.count", 1))
            .ToArray();
        string path = TemporaryFiles.Write("other-words.gguf", other);
        int[] expected = Answer(compiled.Load());
        Answer(compiled.Load(path)).ShouldBe(expected);
        Answer(compiled.Load(TemporaryFiles.Write("other-words.weights", PackedFiles.Pack(path)))).ShouldBe(expected);
        CompiledClass recompiled = ModelCompiler.Compile(path);
        Answer(recompiled.Load()).ShouldBe(expected);
        Answer(recompiled.Load(compiled.Path)).ShouldBe(expected);
    }

    // Disposes the model.
    private static int[] Answer(CompiledDecoder model)
    {
        using (model)
        {
            using Session session = model.CreateSession();
            return Logits.Bits(session.Evaluate(Text));
        }
    }
}
