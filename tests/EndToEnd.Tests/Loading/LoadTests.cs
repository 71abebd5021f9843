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
    public void A_packed_file_answers_as_the_gguf_that_it_was_made_of()
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        string packed = TemporaryFiles.Write("model.weights", PackedFiles.Pack(compiled.Path));
        Answer(compiled.Load(packed, new LoadOptions { VerifyWeights = true })).ShouldBe(Answer(compiled.Load()));
    }

    [Fact]
    public void A_file_beside_the_program_is_loaded_and_none_is_one_clear_error()
    {
        // A name of its own, because the file lies in the folder of the test's binaries for a moment.
        TinyModel model = TinyModels.Smallest with { Name = "beside-the-program" };
        TinyModel other = model with { Name = "beside-the-program-fine-tune", Seed = model.Seed + 100 };
        CompiledClass compiled = ModelCompiler.Compile(model);
        string path = Path.Combine(AppContext.BaseDirectory, model.Name + ".weights");
        File.Delete(path);
        Should.Throw<ModelGenException>(() => compiled.LoadBesideProgram()).Message.ShouldContain("beside-the-program.weights is not in");
        try
        {
            File.WriteAllBytes(path, PackedFiles.Pack(compiled.Path));
            Answer(compiled.LoadBesideProgram()).ShouldBe(Answer(compiled.Load()));

            // Beside the program must lie this very model: a fine-tune is loaded by its path only.
            byte[] fineTune = PackedFiles.Pack(TinyFiles.PathOf(other));
            using CompiledModel loaded = compiled.Load(TemporaryFiles.Write("fine-tune.weights", fineTune));
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
    public void A_fine_tune_answers_with_its_own_weights_and_words(bool isPacked)
    {
        CompiledClass compiled = ModelCompiler.Compile(Tiny);
        string gguf = TinyFiles.PathOf(FineTune);
        string path = isPacked ? TemporaryFiles.Write("fine-tune.weights", PackedFiles.Pack(gguf)) : gguf;
        using CompiledModel model = compiled.Load(path);
        using CompiledModel original = compiled.Load();
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

    // Disposes the model.
    private static int[] Answer(CompiledModel model)
    {
        using (model)
        {
            using Session session = model.CreateSession();
            return Logits.Bits(session.Evaluate(Text));
        }
    }
}
