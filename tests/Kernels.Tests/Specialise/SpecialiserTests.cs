using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Specialise;

/// <summary>The rules by which a K-file becomes a kernel (docs/kernels.md).</summary>
[Trait(Widths.IndependentTrait, "true")]
public sealed class SpecialiserTests
{
    private const string Sample = """
        using System;

        namespace ModelGen.Kernels;

        /// <summary>Sums of row t0.</summary>
        internal static unsafe class Sample
        {
            private const int Length = 256;     // of a row
            private const bool Flag = false;
            private const int Half = Length / 2;
            public static void Run(float* x)
            {
                const int t0 = 0;
                const int p0 = 0;
                // t0 in a comment line stays
                Vector512<float> sum_t0_p0 = Vector512<float>.Zero;     // one a token
                sum_t0_p0 += VectorMath.Exp(x[t0]) * Simd512.LoadWords(x) + pt0 + t0x + a10;
                Vector256<float> half = Vector256<float>.Zero;
            }
        }
        """;

    [Fact]
    public void ConstantsAreSetAndKeepTheirComment()
    {
        string[] lines = Specialise(VectorWidth.Avx512, ("Length", 96), ("Flag", true));
        lines.ShouldContain("    private const int Length = 96;     // of a row");
        lines.ShouldContain("    private const bool Flag = true;");
    }

    [Fact]
    public void AnUnknownConstantIsRefusedByName()
    {
        ArgumentException exception = Should.Throw<ArgumentException>(() => Specialise(VectorWidth.Avx512, ("Width", 1)));
        exception.Message.ShouldStartWith("K-file 'Sample' has no constant 'Width'.");
    }

    [Fact]
    public void AnUnknownFileIsRefusedByName() =>
        Should.Throw<ArgumentException>(() => KernelFile.Get("MatMulQ9_9")).Message.ShouldStartWith("There is no K-file 'MatMulQ9_9'.");

    [Fact]
    public void AFileWithoutItsClassIsRefused() =>
        Should.Throw<ArgumentException>(() => KernelFile.Parse("Other", Sample)).Message
            .ShouldContain("internal static unsafe class Other");

    [Fact]
    public void LinesStandOnceForEachIndexTheLastFastest()
    {
        string[] lines = Specialise(VectorWidth.Avx2, tokens: 2);
        lines.Where(line => line.Contains("Vector256<float>.Zero", StringComparison.Ordinal)).ShouldBe(
        [
            "            Vector256<float> sum_t0_p0 = Vector256<float>.Zero;     // one a token",
            "            Vector256<float> sum_t0_p1 = Vector256<float>.Zero;",
            "            Vector256<float> sum_t1_p0 = Vector256<float>.Zero;",
            "            Vector256<float> sum_t1_p1 = Vector256<float>.Zero;",
            "            Vector256<float> half = Vector256<float>.Zero;",
        ]);
    }

    [Fact]
    public void LinesHaveNumbersInPlaceOfIndexConstants() =>
        Specialise(VectorWidth.Vector128, tokens: 3).ShouldNotContain(line => line.Contains("const int t", StringComparison.Ordinal));

    [Fact]
    public void CommentLinesAreNotRepeated()
    {
        string[] lines = Specialise(VectorWidth.Vector128, tokens: 3);
        lines.Count(line => line.Contains("// t0 in a comment line stays", StringComparison.Ordinal)).ShouldBe(1);
        lines.Count(line => line.Contains("Sums of row t0", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void NamesThatOnlyLookLikeAnIndexStay() =>
        Specialise(VectorWidth.Avx512, tokens: 2).ShouldContain(
            "            sum_t1_p0 += VectorMath512.Exp(x[1]) * Simd512.LoadWords(x) + pt0 + t0x + a10;");

    [Theory]
    [InlineData("Avx512", "Simd512.LoadWords", "VectorMath512.Exp")]
    [InlineData("Avx2", "Simd256.LoadWords", "VectorMath256.Exp")]
    [InlineData("Vector128", "Simd128.LoadWords", "VectorMath128.Exp")]
    public void WidthsNameTheirVectorsAndHelpers(string widthName, string load, string exp)
    {
        VectorWidth width = VectorWidth.All.Single(width => width.Name == widthName);
        string text = string.Join('\n', Specialise(width));
        text.ShouldContain(load);
        text.ShouldContain(exp);
        text.ShouldContain($"Vector{width.Bits}<float> sum_t0_p0");
    }

    [Fact]
    public void TheClassTakesItsNewName() => Specialise(VectorWidth.Avx512).ShouldContain("internal static unsafe class Renamed");

    [Fact]
    public void UsingsAndNamespaceAreLeftOut() => Specialise(VectorWidth.Avx512)[0].ShouldBe("/// <summary>Sums of row t0.</summary>");

    [Fact]
    public void EveryKernelFileSpecialisesAtEveryWidth()
    {
        foreach (VectorWidth width in VectorWidth.All)
        {
            IEnumerable<KernelRequest> kernels = KernelFile.All.Values.Where(file => !file.IsHelper)
                .Select(file => Requests.Of(file.Name, file.Name + "Renamed", width));
            KernelLibrary library = KernelLibrary.Compile(width, kernels);
            foreach (KernelFile file in KernelFile.All.Values.Where(file => !file.IsHelper))
            {
                library.Method(file.Name + "Renamed").ShouldNotBeNull();
            }
        }
    }

    [Fact]
    public void ConstantsOfATypeArgumentAreProperties()
    {
        KernelRequest request = Requests.Of("Sample", "Renamed", VectorWidth.Avx2, ("Flag", true)) with
        {
            Shape = new TypeArgument("TShape", "ISampleShape", ["Length"]),
        };
        string[] lines = [.. Specialiser.Specialise(KernelFile.Parse("Sample", Sample), request)];
        lines.ShouldContain("internal static unsafe class Renamed<TShape>\n    where TShape : struct, ISampleShape");
        lines.ShouldContain("    private static int Length => TShape.Length;     // of a row");
        lines.ShouldContain("    private const bool Flag = true;");
        lines.ShouldContain("    private static int Half => unchecked(Length / 2);");
    }

    /// <summary>Any of its numbers may be what two kernels differ in.</summary>
    [Fact]
    public void EveryKernelFileCompilesWithItsNumbersFromATypeArgument()
    {
        KernelFile[] files = [.. KernelFile.All.Values.Where(file => !file.IsHelper && !file.Name.StartsWith("MatMul", StringComparison.Ordinal))];
        foreach (VectorWidth width in VectorWidth.All)
        {
            IEnumerable<KernelRequest> kernels = files.Select(file => Requests.Of(file.Name, file.Name + "Shared", width) with { Shape = AllConstants(file) });
            KernelLibrary.Compile(width, kernels);
        }
    }

    [Fact]
    public void LinesOfKernelFilesStayShort()
    {
        // A repeated line must be one line, however long its indexes become; the unchecked block takes a level more than the file has.
        foreach (KernelFile file in KernelFile.All.Values)
        {
            file.Lines.ShouldAllBe(line => line.Length <= 140 + "    ".Length, file.Name);
        }
    }

    private static TypeArgument AllConstants(KernelFile file) => new(
        "TShape", $"I{file.Name}Shape", [.. file.Constants.Values.Where(constant => constant.Name != KernelFile.DotConstant).Select(constant => constant.Name)]);

    private static string[] Specialise(VectorWidth width, params (string Name, object Value)[] constants) =>
        Specialise(width, 1, constants);

    private static string[] Specialise(VectorWidth width, int tokens, params (string Name, object Value)[] constants)
    {
        KernelRequest request = Requests.Of("Sample", "Renamed", width, constants).Repeat('t', tokens);
        return [.. Specialiser.Specialise(KernelFile.Parse("Sample", Sample), request)];
    }
}
