using System.Globalization;
using System.Linq;
using ModelGen.Generator.Tests.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Incremental;

/// <summary>The same input gives the same text, on whatever machine.</summary>
public sealed class DeterminismTests
{
    /// <summary>Two kinds of layers, so that weights that a layer does not have are written as -1, and fractions everywhere.</summary>
    private static readonly TestModel Model = new()
    {
        Layers = 3,
        ContextLength = 20000,
        FormatOf = name => name == "blk.1.attn_q.weight" ? TestModel.F16 : null,
        Changes = [("llama.rope.freq_base", TestModel.Real(500000.5f)), ("llama.attention.layer_norm_rms_epsilon", TestModel.Real(0.00015f))],
    };

    [Fact]
    public void TwoRunsWriteTheSame() => Text(GeneratorRun.OfModels(Model)).ShouldBe(Text(GeneratorRun.OfModels(Model)));

    [Fact]
    public void TheOrderOfSnapshotsDoesNotMatter()
    {
        TestModel other = Model with { FileName = "other.gguf" };
        string[] sources = [GeneratorRun.Class("A", Model.FileName), GeneratorRun.Class("B", other.FileName)];
        Text(GeneratorRun.Start(sources, MemoryText.Of(Model), MemoryText.Of(other)))
            .ShouldBe(Text(GeneratorRun.Start(sources, MemoryText.Of(other), MemoryText.Of(Model))));
    }

    /// <summary>
    /// Separators and signs as German, Turkish, Swedish and Arabic have them. The cultures are made here, because tests run without the
    /// machine's own (invariant globalization).
    /// </summary>
    [Theory]
    [InlineData(",", ".", "-")]
    [InlineData(".", "\u00a0", "\u2212")]
    [InlineData("\u066b", "\u066c", "\u061c-")]
    public void NumbersAreWrittenAlikeUnderEveryCulture(string point, string separator, string minus)
    {
        string expected = Text(GeneratorRun.OfModels(Model));
        expected.ShouldContain("-1,");
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = separator;
        culture.NumberFormat.NegativeSign = minus;
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            (-1.5).ToString(culture).ShouldBe(minus + "1" + point + "5");
            Text(GeneratorRun.OfModels(Model)).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Text(GeneratorRun run) => string.Join('\n', run.Files.OrderBy(file => file.Key, System.StringComparer.Ordinal).Select(file => file.Key + "\n" + file.Value));
}
