using System;
using System.Linq;
using FsCheck.Fluent;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;
using Shouldly;
using Xunit;

namespace ModelGen.Kernels.Tests.DeltaRule;

/// <summary>
/// S = g S + k (β (v - g Sᵀk))ᵀ, o = Sᵀq, for some columns of a head and tokens of a sequence; g is a number, or one for each row of S.
/// </summary>
public sealed unsafe class DeltaRuleTests
{
    private const int MostTokens = 5;
    private const int Gap = 8;          // floats behind a token's, which are not touched

    // Of a key and of a value, and the columns of a call: whole tiles, some, and one vector of the widest; with a decay a head, and one a row.
    private static readonly (int Key, int Value, int Columns, bool DecaysElements)[] Shapes =
    [
        (16, 16, 16, false), (32, 96, 48, false), (128, 128, 64, false), (64, 192, 64, false), (48, 80, 80, false),
        (16, 16, 16, true), (32, 96, 48, true), (128, 128, 64, true),
    ];

    public static TheoryData<string> WidthNames => Widths.Names;

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void StatesAndOutputsAreWithinTheirBounds(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 100, c =>
        {
            using var run = new Arguments(c);
            run.Call(library, 0, c.Tokens);
            run.ShouldBeIntact();
            run.Check();
        });
    }

    [Theory]
    [MemberData(nameof(WidthNames))]
    public void TokensOneByOneGiveTheBitsOfAllAtOnce(string widthName)
    {
        KernelLibrary library = Compile(Widths.Require(widthName));
        Properties.Hold(Cases(), 60, c =>
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

    private static KernelLibrary Compile(VectorWidth width) => KernelLibrary.Compile(width, Enumerable.Range(0, Shapes.Length).Select(index =>
    {
        (int key, int value, int columns, bool decaysElements) = Shapes[index];
        int vectors = columns / width.Lanes;
        return Requests.Of(
            "DeltaRule",
            Name(index),
            width,
            ("KeyDimension", key),
            ("ValueDimension", value),
            ("Columns", columns),
            ("DecaysElements", decaysElements),
            ("InputPitch", 2 * key + value + Gap),
            ("DecayPitch", (decaysElements ? key : 1) + Gap),
            ("BetaPitch", 1 + Gap),
            ("OutputPitch", value + Gap)).Repeat('v', Enumerable.Range(1, 4).Last(count => vectors % count == 0));
    }));

    private static FsCheck.Gen<Case> Cases() =>
        from seed in Properties.Seeds
        from shape in Gen.Choose(0, Shapes.Length - 1)
        from tokens in Gen.Choose(1, MostTokens)
        from part in Gen.Choose(0, 100)
        from inPlace in Gen.Elements(true, false)
        select new Case(seed, shape, tokens, part % (Shapes[shape].Value / Shapes[shape].Columns) * Shapes[shape].Columns, inPlace);

    private static string Name(int shape) => $"DeltaRule_{shape}";

    private sealed record Case(int Seed, int Shape, int Tokens, int First, bool InPlace);

    /// <summary>What a call reads and writes.</summary>
    private sealed class Arguments : IDisposable
    {
        private readonly Case _case;
        private readonly (int Key, int Value, int Columns, bool DecaysElements) _shape;
        private readonly float[] _before;
        private readonly GuardedBuffer _inputs;
        private readonly GuardedBuffer _decays;
        private readonly GuardedBuffer _betas;
        private readonly GuardedBuffer _from;

        public Arguments(Case c)
        {
            _case = c;
            _shape = Shapes[c.Shape];
            var random = new Random(c.Seed);
            _before = Values(_shape.Key * _shape.Value, 1);

            // Queries and keys are about as long as 1, decays and β between 0 and 1.
            float[] inputs = Values(c.Tokens * InputPitch, 1);
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] *= i % InputPitch < 2 * _shape.Key ? 1.7f / MathF.Sqrt(_shape.Key) : 1;
            }

            _inputs = GuardedBuffer.OfFloats(inputs);
            _decays = GuardedBuffer.OfFloats([.. Values(c.Tokens * DecayPitch, 1).Select(MathF.Abs)]);
            _betas = GuardedBuffer.OfFloats([.. Values(c.Tokens * BetaPitch, 1).Select(MathF.Abs)]);
            _from = GuardedBuffer.OfFloats(_before);
            To = c.InPlace ? _from : GuardedBuffer.OfFloats(_before);
            Output = GuardedBuffer.OfFloats(new float[c.Tokens * OutputPitch]);

            float[] Values(int count, float size) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle() - 1) * size)];
        }

        public GuardedBuffer To { get; }

        public GuardedBuffer Output { get; }

        private int InputPitch => 2 * _shape.Key + _shape.Value + Gap;

        private int DecayPitch => (_shape.DecaysElements ? _shape.Key : 1) + Gap;

        private static int BetaPitch => 1 + Gap;

        private int OutputPitch => _shape.Value + Gap;

        public void Call(KernelLibrary library, int token, int tokens)
        {
            float* query = _inputs.Floats + token * InputPitch;
            float* output = Output.Floats + token * OutputPitch + _case.First;
            float* from = (token == 0 ? _from : To).Floats + _case.First;
            var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, int, void>)library.Pointer(Name(_case.Shape));
            kernel(
                query,
                query + _shape.Key,
                query + 2 * _shape.Key + _case.First,
                _decays.Floats + token * DecayPitch,
                _betas.Floats + token * BetaPitch,
                from,
                To.Floats + _case.First,
                output,
                tokens);
        }

        public void ShouldBeIntact()
        {
            To.ShouldBeIntact();
            Output.ShouldBeIntact();
        }

        /// <summary>Each column against doubles, with a bound on its error that goes along from token to token.</summary>
        public void Check()
        {
            const double Unit = ErrorBound.Unit;
            (int keys, int values, int columns, bool decaysElements) = _shape;
            for (int column = 0; column < values; column++)
            {
                if (column < _case.First || column >= _case.First + columns)
                {
                    for (int i = 0; i < keys; i++)
                    {
                        ErrorBound.Same(To.Floats[i * values + column], _before[i * values + column], "row {0}, column {1}", i, column);
                    }

                    continue;
                }

                double[] state = [.. Enumerable.Range(0, keys).Select(i => (double)_before[i * values + column])];
                double[] errors = new double[keys];
                for (int token = 0; token < _case.Tokens; token++)
                {
                    float* query = _inputs.Floats + token * InputPitch;
                    float* key = query + keys;
                    double value = key[keys + column];
                    double beta = _betas.Floats[token * BetaPitch];
                    double known = 0, size = 0, carried = 0;
                    for (int i = 0; i < keys; i++)
                    {
                        double ofKey = Decay(token, i) * key[i];
                        known += state[i] * ofKey;
                        size += Math.Abs(state[i] * ofKey);
                        carried += errors[i] * Math.Abs(ofKey);
                    }

                    double delta = beta * (value - known);
                    double deltaError = Math.Abs(beta) * (carried + (keys + 5) * Unit * size + 4 * Unit * (Math.Abs(value) + Math.Abs(known)));
                    double output = 0, outputError = 0;
                    for (int i = 0; i < keys; i++)
                    {
                        double g = Decay(token, i);
                        double kept = g * state[i];
                        double added = key[i] * delta;
                        errors[i] = g * errors[i] + Math.Abs(key[i]) * deltaError + 3 * Unit * (Math.Abs(kept) + Math.Abs(added));
                        state[i] = kept + added;
                        output += query[i] * state[i];
                        outputError += Math.Abs(query[i]) * (errors[i] + (keys + 2) * Unit * Math.Abs(state[i]));
                    }

                    ErrorBound.Check(Output.Floats[token * OutputPitch + column], output, outputError, "token {0}, column {1}", token, column);
                }

                for (int i = 0; i < keys; i++)
                {
                    ErrorBound.Check(To.Floats[i * values + column], state[i], errors[i] + ErrorBound.Tiny, "row {0}, column {1}", i, column);
                }
            }

            double Decay(int token, int row) => _decays.Floats[token * DecayPitch + (decaysElements ? row : 0)];
        }

        public void Dispose()
        {
            _inputs.Dispose();
            _decays.Dispose();
            _betas.Dispose();
            _from.Dispose();
            if (!_case.InPlace)
            {
                To.Dispose();
            }

            Output.Dispose();
        }
    }
}
