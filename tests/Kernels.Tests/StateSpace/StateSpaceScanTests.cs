using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Xunit;

namespace ModelGen.Kernels.Tests.StateSpace;

/// <summary>h = e^(Δ·A) · h + Δ·v · B and y = (C·h + D·v) · SiLU(z), Δ = softplus(step + bias), token by token.</summary>
public sealed unsafe class StateSpaceScanTests
{
    private const int Channels = 96;
    private const int Strip = 16;
    private const int Strips = Channels / Strip;
    private const int InputPitch = 128;
    private const int WeightsPitch = 64;
    private const int StepPitch = 112;
    private const int GatePitch = 100;
    private const int OutputPitch = 96;
    private const int MostTokens = 5;

    // An even number of floats a channel, and an odd one; heads of one channel, of one strip and of two; groups of all heads and of half of them.
    private static readonly Shape[] Shapes = [new(1, 96, 4), new(1, 96, 5), new(16, 48, 4), new(32, 96, 3), new(48, 48, 8)];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void OutputsAndStateAreWithinTheirBounds(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 100, c =>
        {
            using var run = new Arguments(c);
            run.Call(library, 0, c.Tokens);
            run.ShouldBeIntact();
            for (int channel = c.First * Strip; channel < c.End * Strip; channel++)
            {
                run.Check(channel);
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void TokensOneByOneGiveTheBitsOfAllAtOnce(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 50, c =>
        {
            using var together = new Arguments(c with { InPlace = false });
            together.Call(library, 0, c.Tokens);
            using var apart = new Arguments(c with { InPlace = true });
            for (int token = 0; token < c.Tokens; token++)
            {
                apart.Call(library, token, 1);
            }

            Assert.Equal(together.Output.ByteSpan.ToArray(), apart.Output.ByteSpan.ToArray());
            int first = c.First * Strip * c.Shape.StateLength;
            int end = c.End * Strip * c.Shape.StateLength;
            Assert.Equal(together.To.FloatSpan[first..end].ToArray(), apart.To.FloatSpan[first..end].ToArray());
        });
    }

    private static KernelLibrary Compile(VectorWidth width) => KernelLibrary.Compile(width, Shapes.Select(shape => Requests.Of(
        "StateSpaceScan",
        shape.Name,
        width,
        ("Channels", Channels),
        ("HeadChannels", shape.HeadChannels),
        ("GroupChannels", shape.GroupChannels),
        ("StateLength", shape.StateLength),
        ("HasOwnDecays", shape.HasOwnDecays),
        ("InputPitch", InputPitch),
        ("WeightsPitch", WeightsPitch),
        ("StepPitch", StepPitch),
        ("GatePitch", GatePitch),
        ("OutputPitch", OutputPitch))));

    private static FsCheck.Gen<Case> Cases() =>
        from seed in Properties.Seeds
        from shape in Gen.Elements(Shapes)
        from tokens in Gen.Choose(1, MostTokens)
        from first in Gen.Choose(0, Strips - 1)
        from count in Gen.Choose(1, Strips - first)
        from inPlace in Gen.Elements(true, false)
        select new Case(seed, shape, tokens, first, first + count, inPlace);

    private sealed record Shape(int HeadChannels, int GroupChannels, int StateLength)
    {
        public bool HasOwnDecays => HeadChannels == 1;

        public int Heads => Channels / HeadChannels;

        public int Weights => Channels / GroupChannels * StateLength;

        public string Name => $"Scan_{HeadChannels}_{GroupChannels}_{StateLength}";
    }

    private sealed record Case(int Seed, Shape Shape, int Tokens, int First, int End, bool InPlace);

    /// <summary>What a call reads and writes.</summary>
    private sealed class Arguments : IDisposable
    {
        private readonly Case _case;
        private readonly Shape _shape;
        private readonly GuardedBuffer _v;
        private readonly GuardedBuffer _weights;
        private readonly GuardedBuffer _steps;
        private readonly GuardedBuffer _z;
        private readonly GuardedBuffer _bias;
        private readonly GuardedBuffer _a;
        private readonly GuardedBuffer _d;
        private readonly GuardedBuffer _from;
        private readonly float[] _before;

        public Arguments(Case c)
        {
            var random = new Random(c.Seed);
            _case = c;
            _shape = c.Shape;
            _v = Between(random, c.Tokens * InputPitch, -2, 2);
            _weights = Between(random, c.Tokens * WeightsPitch, -2, 2);
            _steps = Between(random, c.Tokens * StepPitch, -6, 6);
            _z = Between(random, c.Tokens * GatePitch, -8, 8);
            _bias = Between(random, _shape.Heads, -2, 2);
            _a = Between(random, _shape.HasOwnDecays ? Channels * _shape.StateLength : _shape.Heads, -20, 0);
            _d = Between(random, _shape.Heads, -2, 2);
            _from = Between(random, Channels * _shape.StateLength, -2, 2);
            _before = _from.FloatSpan.ToArray();
            To = c.InPlace ? _from : GuardedBuffer.OfFloats(_before);
            Output = GuardedBuffer.OfFloats(new float[c.Tokens * OutputPitch]);
        }

        public GuardedBuffer To { get; }

        public GuardedBuffer Output { get; }

        public void Call(KernelLibrary library, int token, int tokens)
        {
            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, float*, float*, int, int, int, void>)
                library.Pointer(_shape.Name);
            kernel(
                _v.Floats + token * InputPitch,
                _weights.Floats + token * WeightsPitch,
                _steps.Floats + token * StepPitch,
                _z.Floats + token * GatePitch,
                _bias.Floats,
                _a.Floats,
                _d.Floats,
                _from.Floats,
                To.Floats,
                Output.Floats + token * OutputPitch,
                tokens,
                _case.First,
                _case.End);
        }

        /// <summary>Compares a channel with the recurrence in double precision, and follows how far what is rounded can be off.</summary>
        public void Check(int channel)
        {
            const double U = ErrorBound.Unit;
            int head = channel / _shape.HeadChannels;
            int group = channel / _shape.GroupChannels;
            int length = _shape.StateLength;
            double[] h = [.. Enumerable.Range(0, length).Select(n => (double)_before[Place(channel, n)])];
            double[] error = new double[length];
            for (int token = 0; token < _case.Tokens; token++)
            {
                double step = (double)_steps.Floats[token * StepPitch + head] + _bias.Floats[head];
                double delta = Math.Log(1 + Math.Exp(step));
                double v = _v.Floats[token * InputPitch + channel];

                // The sum of step and bias is rounded, and with it e to its power; then softplus's own error.
                double deltaError = (8e-7 + 8 * U) * delta;
                double y = _d.Floats[head] * v;
                double yError = U * Math.Abs(y);
                double terms = Math.Abs(y);
                for (int n = 0; n < length; n++)
                {
                    double a = _a.Floats[_shape.HasOwnDecays ? n * Channels + channel : head];
                    double b = _weights.Floats[token * WeightsPitch + group * length + n];
                    double c = _weights.Floats[token * WeightsPitch + _shape.Weights + group * length + n];
                    double decay = Math.Exp(delta * a);
                    double decayError = decay * (3e-7 + 2 * U + Math.Abs(a) * (deltaError + U * delta) * 1.01) + Math.Exp(-87);
                    double added = delta * v * b;
                    error[n] = error[n] * (decay + decayError) + Math.Abs(h[n]) * decayError + Math.Abs(v * b) * deltaError
                        + 4 * U * (Math.Abs(decay * h[n]) + Math.Abs(added)) + 4 * ErrorBound.Tiny;
                    h[n] = decay * h[n] + added;
                    y += c * h[n];
                    yError += Math.Abs(c) * error[n];
                    terms += Math.Abs(c * h[n]);
                }

                double z = _z.Floats[token * GatePitch + channel];
                double gate = z / (1 + Math.Exp(-z));
                yError = (yError + (length + 3) * U * terms) * Math.Abs(gate) + Math.Abs(y * gate) * (3e-7 + 5 * U) + 4 * ErrorBound.Tiny;
                ErrorBound.Check(Output.Floats[token * OutputPitch + channel], y * gate, 1.01 * yError, "token {0}, channel {1}", token, channel);
            }

            for (int n = 0; n < length; n++)
            {
                ErrorBound.Check(To.Floats[Place(channel, n)], h[n], 1.01 * error[n], "float {0} of channel {1}", n, channel);
            }
        }

        public void ShouldBeIntact()
        {
            To.ShouldBeIntact();
            Output.ShouldBeIntact();
        }

        public void Dispose()
        {
            foreach (GuardedBuffer buffer in new[] { _v, _weights, _steps, _z, _bias, _a, _d, _from, Output })
            {
                buffer.Dispose();
            }

            if (To != _from)
            {
                To.Dispose();
            }
        }

        // A strip after the other, of each its channels' first floats, then their second ones.
        private int Place(int channel, int n) => channel / Strip * Strip * _shape.StateLength + n * Strip + channel % Strip;

        private static GuardedBuffer Between(Random random, int count, float least, float most) =>
            GuardedBuffer.OfFloats([.. Enumerable.Range(0, count).Select(_ => least + (most - least) * random.NextSingle())]);
    }
}
