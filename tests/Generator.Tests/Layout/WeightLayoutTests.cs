using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Architectures;
using ModelGen.Collections;
using ModelGen.Formats;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Generator.Tests.Architectures;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Layout;

/// <summary>Where tensors lie in the packed file.</summary>
public sealed class WeightLayoutTests
{
    private static readonly Gen<TestModel> Models =
        from layers in Gen.Choose(1, 3)
        from embedding in Gen.Choose(1, 5)
        from keyValueHeads in Gen.Choose(1, 3)
        from groupSize in Gen.Choose(1, 3)
        from headDimension in Gen.Elements(2, 8, 10, 32, 64)
        from hidden in Gen.Choose(1, 6)
        from vocabulary in Gen.Choose(1, 100)
        from isTied in Gen.Elements(true, false)
        from formats in Gen.ArrayOf(Gen.Elements(TestModel.F32, TestModel.F16, TestModel.Q4_0, TestModel.Q8_0), 7)
        select new TestModel
        {
            Layers = layers,
            Embedding = embedding * 32,
            KeyValueHeads = keyValueHeads,
            Heads = keyValueHeads * groupSize,
            HeadDimension = headDimension,
            Hidden = hidden * 32,
            Vocabulary = vocabulary,
            IsTied = isTied,
            FormatOf = name => FormatOf(name, formats, quantisesHeads: keyValueHeads * groupSize * headDimension % 32 == 0),
        };

    [Fact]
    public void TensorsAreAlignedInOrderAndWithoutHoles() => Prop.ForAll(Arb.From(Models), model =>
    {
        WeightLayout layout = WeightLayout.Create(model.Spec);
        long end = 0;
        foreach (PackedTensor tensor in layout.Tensors())
        {
            tensor.Offset.ShouldBe(end, tensor.Name);
            tensor.Length.ShouldBePositive();
            end = (tensor.Offset + tensor.Length + WeightLayout.TensorAlignment - 1) / WeightLayout.TensorAlignment * WeightLayout.TensorAlignment;
        }

        layout.Length.ShouldBe(end);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    [Fact]
    public void EveryRowOfEveryTensorHasOnePlace() => Prop.ForAll(Arb.From(Models), model =>
    {
        ModelSpec spec = model.Spec;
        foreach (PackedMatrix matrix in WeightLayout.Create(spec).Tensors().OfType<PackedMatrix>())
        {
            (TensorSpec Source, int Strip)[] strips = [.. Enumerable.Range(0, matrix.Strips).Select(matrix.SourceOf)];
            strips.ShouldBeUnique();
            foreach (MatrixSource source in matrix.Sources)
            {
                // Ascending, from the first to the last, padding strips at the end.
                int[] own = [.. strips.Where(strip => strip.Source == source.Tensor).Select(strip => strip.Strip)];
                own.ShouldBe(Enumerable.Range(0, matrix.StripsOf(source)));
                (own.Length * TensorFormat.StripRows).ShouldBeGreaterThanOrEqualTo(source.Tensor.Rows);
            }

            matrix.Length.ShouldBe(matrix.Strips * matrix.StripBytes);
            matrix.PaddedRows.ShouldBe(matrix.Strips * TensorFormat.StripRows);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    [Fact]
    public void AllTensorsOfTheFileArePlacedOnce() => Prop.ForAll(Arb.From(Models), model =>
    {
        string[] placed = [.. WeightLayout.Create(model.Spec).Tensors().SelectMany(tensor => tensor switch
        {
            PackedMatrix matrix => matrix.Sources.Select(source => source.Tensor.Name),
            PackedVector vector => vector.Sources.Select(source => source.Name),
            _ => [],
        })];
        placed.ShouldBe(model.Header.Tensors.Select(tensor => tensor.Name), ignoreOrder: true);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithQuietOnSuccess(true));

    [Fact]
    public void MatricesAreAsDenseAsInTheFile()
    {
        // Rows are whole strips, and gate and up whole pairs of strips: nothing is padded.
        foreach (TensorFormat format in TensorFormat.All)
        {
            TestModel model = TestModel.Of(format);
            long packed = WeightLayout.Create(model.Spec).Tensors().OfType<PackedMatrix>().Sum(matrix => matrix.Length);
            packed.ShouldBe(model.Header.Tensors.Where(tensor => tensor.Shape.Count == 2).Sum(TestModel.BytesOf), format.Name);
        }
    }

    [Fact]
    public void PaddingIsLessThanAStripASource() => Prop.ForAll(Arb.From(Models), model =>
    {
        foreach (PackedMatrix matrix in WeightLayout.Create(model.Spec).Tensors().OfType<PackedMatrix>())
        {
            long file = matrix.Sources.Sum(source => source.Tensor.Rows * matrix.Format.RowBytes(matrix.Columns));
            int stripsOfPadding = matrix.Paired ? PackedMatrix.PairedStrips : 1;
            matrix.Length.ShouldBeInRange(file, file + stripsOfPadding * matrix.Sources.Count * matrix.StripBytes - 1);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true));

    [Fact]
    public void QueryKeyAndValueOfOneFormatAreOneMatrix()
    {
        // 40 rows take three strips each, the last with eight rows of zeros.
        PackedMatrix matrix = WeightLayout.Create(new TestModel { Format = TestModel.F32, Heads = 5, KeyValueHeads = 5, HeadDimension = 8 }.Spec)
            .Layers[0].Attention().QueryKeyValue.ShouldHaveSingleItem();
        matrix.Name.ShouldBe("QueryKeyValue");
        matrix.Rows.ShouldBe(120);
        matrix.PaddedRows.ShouldBe(144);
        new[] { matrix.FirstRowOf(0), matrix.FirstRowOf(1), matrix.FirstRowOf(2) }.ShouldBe([0, 48, 96]);
        Order(matrix).ShouldBe("q0 q1 q2 k0 k1 k2 v0 v1 v2");
    }

    [Theory]
    [InlineData("attn_q", "Query | KeyValue")]
    [InlineData("attn_k", "Query | Key | Value")]
    [InlineData("attn_v", "QueryKey | Value")]
    public void AnotherFormatStandsAlone(string other, string matrices)
    {
        TestModel model = new() { FormatOf = name => name.Contains(other, System.StringComparison.Ordinal) ? TestModel.F16 : null };
        PackedLayer layer = WeightLayout.Create(model.Spec).Layers[0];
        string.Join(" | ", layer.Attention().QueryKeyValue.Select(matrix => matrix.Name)).ShouldBe(matrices);
    }

    [Fact]
    public void GateAndUpOfOneFormatAreInterleavedByTwoStrips()
    {
        // 72 rows take five strips, and six to be whole pairs.
        PackedLayer layer = WeightLayout.Create(new TestModel { Format = TestModel.F32, Hidden = 72 }.Spec).Layers[0];
        layer.FeedForward().HasFusedActivation.ShouldBeTrue();
        Order(layer.FeedForward().Hidden.ShouldHaveSingleItem()).ShouldBe("g0 g1 u0 u1 g2 g3 u2 u3 g4 g5 u4 u5");
    }

    [Fact]
    public void GateAndUpOfTwoFormatsStandApart()
    {
        TestModel model = new() { FormatOf = name => name.EndsWith("ffn_up.weight", System.StringComparison.Ordinal) ? TestModel.F16 : null };
        PackedLayer layer = WeightLayout.Create(model.Spec).Layers[0];
        layer.FeedForward().HasFusedActivation.ShouldBeFalse();
        layer.FeedForward().Hidden.Select(matrix => (matrix.Name, matrix.Paired)).ShouldBe([("Gate", false), ("Up", false)]);
    }

    [Fact]
    public void ATiedHeadIsTheEmbeddingItself()
    {
        WeightLayout layout = WeightLayout.Create(new TestModel { IsTied = true }.Spec);
        layout.Output.ShouldBe(layout.TokenEmbedding);
        layout.Tensors().Count(tensor => tensor == layout.TokenEmbedding).ShouldBe(1);
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    public void VectorsAreWholeBlocksOfActivations(int length, int padded)
    {
        PackedVector.PaddedLength(length).ShouldBe(padded);
        new PackedVector("Norm", new[] { new TensorSpec("norm", TestModel.F16, length, 1) }.ToEquatableArray(), 0).Length.ShouldBe(padded * sizeof(float));
    }

    /// <summary>The sources of a matrix's strips, by the letter behind the last underscore: q0 q1 k0 …</summary>
    private static string Order(PackedMatrix matrix) => string.Join(' ', Enumerable.Range(0, matrix.Strips).Select(matrix.SourceOf)
        .Select(strip => $"{strip.Source.Name.Split('_')[^1][0]}{strip.Strip}"));

    /// <summary>A format a role; attn_output's rows are all heads together, which need not be whole blocks.</summary>
    private static int? FormatOf(string name, int[] formats, bool quantisesHeads)
    {
        if (name.EndsWith("norm.weight", System.StringComparison.Ordinal))
        {
            return null;
        }

        string[] roles = ["token_embd", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up"];
        int role = System.Array.FindIndex(roles, role => name.Contains(role, System.StringComparison.Ordinal));
        return role < 0 ? TestModel.Q8_0 : role == 4 && !quantisesHeads ? TestModel.F32 : formats[role];
    }
}
