using System.IO;
using System.Linq;
using ModelGen.EndToEnd.Tests.Harness;
using ModelGen.Packing;
using ModelGen.Tests.Shared;
using ModelGen.Tool.Compilation;
using Shouldly;
using Xunit;

namespace ModelGen.EndToEnd.Tests.Loading;

/// <summary>A model in several files is the model: the same code, the same weights, the same answers to the bit.</summary>
public sealed class SplitModelTests
{
    private static readonly TinyModel Model = TinyModels.LongMixed;

    [Theory]
    [InlineData("side by side")]
    [InlineData("first part without tensors")]
    [InlineData("other order")]
    public void ASplitModelAnswersAsTheWholeOne(string kind)
    {
        CompiledClass whole = ModelCompiler.Compile(Model);
        byte[] file = File.ReadAllBytes(whole.Path);
        int[] tensors = [.. Enumerable.Range(0, GgufEdit.Of(file).TensorNames.Count())];
        byte[][] parts = kind switch
        {
            "side by side" => SplitGguf.Of(file, 3),
            "first part without tensors" => SplitGguf.Of(file, [[], tensors]),
            _ => SplitGguf.Of(file, [.. tensors.Reverse().Chunk(5)]),
        };
        string first = SplitGguf.Write(TemporaryFiles.NewPath("a folder of parts"), "the model", parts);

        // By code of its own, by the whole model's, and packed.
        int[] expected = Answer(whole.Load());
        Answer(ModelCompiler.Compile(first).Load()).ShouldBe(expected);
        Answer(whole.Load(first)).ShouldBe(expected);
        Answer(ModelCompiler.Compile(first).Load(whole.Path)).ShouldBe(expected);
        byte[] packed = PackedFiles.Pack(first);
        packed[PackedFileHeader.PageSize..].ShouldBe(PackedFiles.Pack(whole.Path)[PackedFileHeader.PageSize..]);
        Answer(whole.Load(TemporaryFiles.Write("split.weights", packed), new LoadOptions { VerifyWeights = true })).ShouldBe(expected);
    }

    // Disposes the model.
    private static int[] Answer(CompiledDecoder model)
    {
        using (model)
        {
            using Session session = model.CreateSession();
            return Logits.Bits(session.Evaluate(TinyModels.Text(TinyModels.Smallest, seed: 3, length: 40)));
        }
    }
}
