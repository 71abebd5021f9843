using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.Convolution;

/// <summary>y = SiLU(bias + Σₖ filterₖ · u), or the sum itself, of the last tokens, as a part of wider rows, and what is kept of them.</summary>
public sealed unsafe class CausalConvolutionTests
{
    private const int Channels = 96;
    private const int InputPitch = 300;
    private const int OutputPitch = 128;
    private const int MostTokens = 7;

    private static readonly int[] AllTaps = [2, 3, 4];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void ValuesAreWithinTheirBoundAndTheStateIsTheLastInputs(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 200, c =>
        {
            using var run = new Arguments(c);
            run.Call(library, 0, c.Tokens);
            run.ShouldBeIntact();
            for (int i = 0; i < c.Count; i++)
            {
                int channel = c.First + i;
                for (int token = 0; token < c.Tokens; token++)
                {
                    double[] terms =
                    [
                        c.HasBias ? run.Bias[channel] : 0,
                        .. Enumerable.Range(0, c.Taps).Select(tap => (double)run.Input(token - (c.Taps - 1 - tap), channel) * run.Filter[tap * Channels + channel]),
                    ];

                    // The sum is rounded with each product; SiLU's slope is at most 1.1; its exponential errs by 3·10⁻⁷, sum and quotient round.
                    double sum = terms.Sum();
                    double y = c.HasSilu ? sum / (1 + Math.Exp(-sum)) : sum;
                    double ofSum = ErrorBound.Unit * (c.Taps + 2) * terms.Sum(Math.Abs) + 4 * ErrorBound.Tiny;
                    double bound = c.HasSilu ? 1.1 * ofSum + (3e-7 + 3 * ErrorBound.Unit) * Math.Abs(y) + Math.Abs(sum) * Math.Exp(-87) : ofSum;
                    ErrorBound.Check(run.Output.Floats[token * OutputPitch + channel], y, bound, "token {0}, channel {1}", token, channel);
                }

                for (int tap = 0; tap < c.Taps - 1; tap++)
                {
                    run.To.Floats[tap * Channels + channel].ShouldBe(run.Input(c.Tokens - (c.Taps - 1) + tap, channel));
                }
            }

            for (int index = 0; index < run.Before.Length; index++)
            {
                if (index % Channels < c.First || index % Channels >= c.First + c.Count)
                {
                    run.To.Floats[index].ShouldBe(run.Before[index]);
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void TokensOneByOneGiveTheBitsOfAllAtOnce(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 100, c =>
        {
            using var together = new Arguments(c);
            together.Call(library, 0, c.Tokens);
            using var apart = new Arguments(c with { InPlace = true });
            for (int token = 0; token < c.Tokens; token++)
            {
                apart.Call(library, token, 1);
            }

            apart.Output.FloatSpan.ToArray().ShouldBe(together.Output.FloatSpan.ToArray());
            apart.To.FloatSpan.ToArray().ShouldBe(together.To.FloatSpan.ToArray());
        });
    }

    private static KernelLibrary Compile(VectorWidth width) => KernelLibrary.Compile(
        width,
        from taps in AllTaps
        from hasBias in new[] { false, true }
        from hasSilu in new[] { false, true }
        select Requests.Of(
            "CausalConvolution",
            Name(taps, hasBias, hasSilu),
            width,
            ("Channels", Channels),
            ("Taps", taps),
            ("InputPitch", InputPitch),
            ("OutputPitch", OutputPitch),
            ("HasBias", hasBias),
            ("HasSilu", hasSilu)));

    private static FsCheck.Gen<Case> Cases() =>
        from seed in Properties.Seeds
        from taps in Gen.Elements(AllTaps)
        from hasBias in Gen.Elements(true, false)
        from hasSilu in Gen.Elements(true, false)
        from tokens in Gen.Choose(1, MostTokens)
        from first in Gen.Choose(0, Channels - 1)
        from count in Gen.Choose(1, Channels - first)
        from inPlace in Gen.Elements(true, false)
        select new Case(seed, taps, hasBias, hasSilu, tokens, first, count, inPlace);

    private static string Name(int taps, bool hasBias, bool hasSilu) => $"CausalConvolution_{taps}_{hasBias}_{hasSilu}";

    private sealed record Case(int Seed, int Taps, bool HasBias, bool HasSilu, int Tokens, int First, int Count, bool InPlace);

    /// <summary>What a call reads and writes.</summary>
    private sealed class Arguments : IDisposable
    {
        private readonly Case _case;
        private readonly float[] _rows;
        private readonly GuardedBuffer _input;
        private readonly GuardedBuffer _filter;
        private readonly GuardedBuffer _bias;
        private readonly GuardedBuffer _from;

        public Arguments(Case c)
        {
            var random = new Random(c.Seed);
            _case = c;
            _rows = FloatValues.Create(random, c.Tokens * InputPitch, FloatKind.Usual);
            Filter = FloatValues.Create(random, c.Taps * Channels, FloatKind.Usual);
            Bias = FloatValues.Create(random, Channels, FloatKind.Usual);
            Before = FloatValues.Create(random, (c.Taps - 1) * Channels, FloatKind.Usual);
            _input = GuardedBuffer.OfFloats(_rows);
            _filter = GuardedBuffer.OfFloats(Filter);
            _bias = GuardedBuffer.OfFloats(Bias);
            _from = GuardedBuffer.OfFloats(Before);
            To = c.InPlace ? _from : GuardedBuffer.OfFloats(Before);
            Output = GuardedBuffer.OfFloats(new float[c.Tokens * OutputPitch]);
        }

        public float[] Filter { get; }

        public float[] Bias { get; }

        /// <summary>The state before the first token.</summary>
        public float[] Before { get; }

        public GuardedBuffer To { get; }

        public GuardedBuffer Output { get; }

        /// <summary>A token's u, or that of one before the first.</summary>
        public float Input(int token, int channel) =>
            token >= 0 ? _rows[token * InputPitch + channel] : Before[(token + _case.Taps - 1) * Channels + channel];

        public void Call(KernelLibrary library, int token, int tokens)
        {
            string name = Name(_case.Taps, _case.HasBias, _case.HasSilu);
            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, int, int, void>)library.Pointer(name);
            kernel(
                _input.Floats + token * InputPitch + _case.First,
                _filter.Floats + _case.First,
                _case.HasBias ? _bias.Floats + _case.First : null,
                _from.Floats + _case.First,
                To.Floats + _case.First,
                Output.Floats + token * OutputPitch + _case.First,
                tokens,
                _case.Count);
        }

        public void ShouldBeIntact()
        {
            To.ShouldBeIntact();
            Output.ShouldBeIntact();
        }

        public void Dispose()
        {
            foreach (GuardedBuffer buffer in new[] { _input, _filter, _bias, _from, Output })
            {
                buffer.Dispose();
            }

            if (To != _from)
            {
                To.Dispose();
            }
        }
    }
}
