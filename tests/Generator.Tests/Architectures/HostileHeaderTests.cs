using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using ModelGen.Architectures;
using ModelGen.Generator.Plan;
using ModelGen.Generator.Templates;
using ModelGen.Generator.Tests.Harness;
using ModelGen.Gguf;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Architectures;

/// <summary>Headers that no converter writes: they give problems, or a spec that can be planned; never an exception, never a long wait.</summary>
public sealed class HostileHeaderTests
{
    private static readonly string[] Keys = [.. new TestModel { Layers = 1 }.Header.Metadata.Select(entry => entry.Key)];
    private static readonly string[] Tensors = [.. new TestModel { Layers = 1 }.Header.Tensors.Select(tensor => tensor.Name)];

    private static readonly long[] Integers =
        [0, 1, 2, 3, 15, 16, 31, 32, 33, 64, 65537, 1 << 20, 1 << 24, (1 << 24) + 1, int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, -1];

    private static readonly long[] Dimensions = [1, 2, 16, 31, 32, 33, 64, 96, 80, 1 << 20, 1 << 24, 1L << 32, 1L << 39];

    private static readonly float[] Reals = [0f, -0f, float.Epsilon, 1e-6f, float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1f];

    private static readonly Gen<TestModel> Hostile =
        from changes in Gen.Choose(1, 5)
        from edits in Gen.ArrayOf(Gen.OneOf(MetadataEdits(), TensorEdits()), changes)
        select edits.Aggregate(new TestModel { Layers = 1 }, (model, edit) => edit(model));

    [Fact]
    public void NothingThrows() => Prop.ForAll(Arb.From(Hostile), model =>
    {
        GgufHeader header = model.Header;
        if (header.Tensors.Any(tensor => GgufRules.CheckTensor(tensor, header.Alignment, header.DataOffset, header.FileLength) is not null))
        {
            // Neither the reader nor the snapshot's parser lets it through.
            return;
        }

        Recognition recognition = Architecture.Recognise(header);
        (recognition.Spec is null).ShouldBe(recognition.Problems.Count > 0);
        if (recognition.Spec is ModelSpec spec)
        {
            ModelPlan plan = Planner.Create(header, spec, model.FileName, spec.ContextLength, default, ChatTemplates.Of(header).Templates);
            plan.WeightBytes.ShouldBePositive();
            plan.ScratchBytes.ShouldBePositive();
        }
        else
        {
            recognition.Problems.ShouldAllBe(problem => problem.Message.Length > 0 && problem.Message.Length < 2000);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000).WithQuietOnSuccess(true));

    [Fact]
    public void TensorsOfMoreElementsThanAnyModelHas()
    {
        // Two of them would overflow the sum of the parameters.
        string text = new TestModel { Layers = 1 }.Snapshot;
        string length = text.Split('\n').Single(line => line.StartsWith("length ", StringComparison.Ordinal));
        string hostile = text
            .Replace(length, "length 9223372036854775807", StringComparison.Ordinal)
            .Replace("output.weight Q8_0 64x80", "output.weight I8 4611686018427387904", StringComparison.Ordinal);
        ModelGenException error = Should.Throw<ModelGenException>(() => GgufSnapshot.Parse(hostile));
        error.Message.ShouldContain("tensor 'output.weight' has 4611686018427387904 elements, but at most 1099511627776 are read.");
    }

    [Fact]
    public void AsManyLayersAsTheTableHoldsTakeNoTime()
    {
        // Each layer is asked for nine tensors; all but the first are missing, which one message for each tensor says, and no more.
        TestModel model = new TestModel { Layers = 1 }.With("llama.block_count", TestModel.Integer(12));
        Architecture.Recognise(model.Header).Problems.Count.ShouldBe(11 * 9);
    }

    private static Gen<Func<TestModel, TestModel>> MetadataEdits() =>
        from key in Gen.Elements(Keys)
        from value in Gen.OneOf(
            Gen.Elements(Integers).Select<long, GgufValue?>(value => new GgufValue(GgufValueType.Int64, Integer: value)),
            Gen.Elements(Reals).Select<float, GgufValue?>(TestModel.Real),
            Gen.Elements("", " ", "llama", "none", "\0\n", new string('x', 3000)).Select<string, GgufValue?>(TestModel.Text),
            Gen.Elements(0, 1, 300).Select<int, GgufValue?>(TestModel.Tokens),
            Gen.Constant<GgufValue?>(new GgufValue(GgufValueType.Bool, Integer: 1)),
            Gen.Constant<GgufValue?>(null))
        select new Func<TestModel, TestModel>(model => model.With(key, value));

    private static Gen<Func<TestModel, TestModel>> TensorEdits() =>
        from name in Gen.Elements(Tensors)
        from typeId in Gen.Elements(TestModel.F32, TestModel.F16, TestModel.Q4_0, TestModel.Q8_0, 12, 24, 30)
        from dimensions in Gen.Choose(1, 3)
        from shape in Gen.ArrayOf(Gen.Elements(Dimensions), dimensions)
        from removes in Gen.Elements(true, false, false, false)
        select new Func<TestModel, TestModel>(model => removes ? model.WithoutTensor(name) : model.With(TestModel.Tensor(name, typeId, Bounded(shape))));

    /// <summary>Shapes whose bytes the test can count without overflow.</summary>
    private static long[] Bounded(long[] shape) =>
        shape.Aggregate(1.0, (product, dimension) => product * dimension) <= GgufLimits.MaxTensorElements ? shape : [shape[0]];
}
