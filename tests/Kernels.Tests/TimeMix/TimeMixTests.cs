using FsCheck.Fluent;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>A recurrence of time mixing, a head at a time: within its bounds, and to the bit the same however its tokens are parted.</summary>
/// <param name="kernel">The K-file.</param>
/// <param name="parts">Vectors of a head that a token brings.</param>
public abstract class TimeMixTests(string kernel, int parts)
{
    private const int MostTokens = 5;

    private static readonly int[] Dimensions = [16, 32, 48, 64, 128];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void StatesAndOutputsAreWithinTheirBounds(string widthName)
    {
        KernelLibrary library = TimeMixArguments.Compile(Widths.Require(widthName), kernel, Dimensions, parts);
        Properties.Hold(Cases(), 60, c =>
        {
            using TimeMixArguments run = Create(c);
            Call(library, run, c, 0, c.Tokens);
            run.ShouldBeIntact();
            Check(run, c);
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void TokensOneByOneGiveTheBitsOfAllAtOnce(string widthName)
    {
        KernelLibrary library = TimeMixArguments.Compile(Widths.Require(widthName), kernel, Dimensions, parts);
        Properties.Hold(Cases(), 60, c =>
        {
            using TimeMixArguments together = Create(c);
            Call(library, together, c, 0, c.Tokens);
            using TimeMixArguments apart = Create(c with { InPlace = true });
            for (int token = 0; token < c.Tokens; token++)
            {
                Call(library, apart, c, token, 1);
            }

            apart.Output.FloatSpan.ToArray().ShouldBe(together.Output.FloatSpan.ToArray());
            apart.To.FloatSpan.ToArray().ShouldBe(together.To.FloatSpan.ToArray());
        });
    }

    private static FsCheck.Gen<TimeMixCase> Cases() =>
        from seed in Properties.Seeds
        from dimension in Gen.Elements(Dimensions)
        from tokens in Gen.Choose(1, MostTokens)
        from inPlace in Gen.Elements(true, false)
        select new TimeMixCase(seed, dimension, tokens, inPlace);

    private protected abstract TimeMixArguments Create(TimeMixCase c);

    private protected abstract void Call(KernelLibrary library, TimeMixArguments run, TimeMixCase c, int token, int tokens);

    private protected abstract void Check(TimeMixArguments run, TimeMixCase c);
}
