using System;
using System.Linq;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>o = (S + (bonus · k) vᵀ)ᵀ r, then S = diag(e^(-e^(decay + bias))) S + k vᵀ, for the tokens of a sequence.</summary>
public sealed unsafe class FinchTests() : TimeMixTests("Finch", Parts)
{
    private const int Parts = 4;

    // r, decays, k and v: decays from -4 to 2, as a token sees them.
    private protected override TimeMixArguments Create(TimeMixCase c)
    {
        int pitch = TimeMixArguments.InputPitch(c.Dimension, Parts);
        var random = new Random(c.Seed);
        float[] inputs = TimeMixArguments.Values(random, c.Tokens * pitch);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = i % pitch / c.Dimension == 1 ? 2 * inputs[i] : inputs[i];
        }

        float[] bias = [.. TimeMixArguments.Values(random, c.Dimension).Select(value => value - 1)];
        return new TimeMixArguments(c, inputs, bias, TimeMixArguments.Values(random, c.Dimension));
    }

    private protected override void Call(KernelLibrary library, TimeMixArguments run, TimeMixCase c, int token, int tokens)
    {
        float* input = run.Inputs.Floats + token * TimeMixArguments.InputPitch(c.Dimension, Parts);
        var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, float*, int, void>)library.Pointer($"Finch_{c.Dimension}");
        kernel(
            input,
            input + c.Dimension,
            input + 2 * c.Dimension,
            input + 3 * c.Dimension,
            run.Vectors[0].Floats,
            run.Vectors[1].Floats,
            run.From(token),
            run.To.Floats,
            run.OutputOf(token),
            tokens);
    }

    /// <summary>Each column against doubles, with a bound on its error that goes along from token to token.</summary>
    private protected override void Check(TimeMixArguments run, TimeMixCase c)
    {
        const double Unit = ErrorBound.Unit;
        const double Exponential = 3e-7;
        int dimension = c.Dimension;
        for (int column = 0; column < dimension; column++)
        {
            double[] state = [.. Enumerable.Range(0, dimension).Select(i => (double)run.Before[i * dimension + column])];
            double[] errors = new double[dimension];
            for (int token = 0; token < c.Tokens; token++)
            {
                ReadOnlySpan<float> input = run.InputValues.AsSpan(token * TimeMixArguments.InputPitch(dimension, Parts));
                double value = input[3 * dimension + column];
                double output = 0, outputError = 0;
                for (int i = 0; i < dimension; i++)
                {
                    double receptance = input[i];
                    double key = input[2 * dimension + i];

                    // The inner exponential's error, that of its sum and that of the outer one.
                    double x = (double)input[dimension + i] + run.Vectors[0].Floats[i];
                    double w = Math.Exp(-Math.Exp(x));
                    double decayError = w * (Math.Exp(x) * (Exponential + 2 * Unit * (1 + Math.Abs(x))) + Exponential) + Math.Exp(-87);

                    double own = run.Vectors[1].Floats[i] * key * value;
                    output += receptance * (state[i] + own);
                    outputError += Math.Abs(receptance) * (errors[i] + (dimension + 4) * Unit * (Math.Abs(state[i]) + Math.Abs(own)));
                    errors[i] = w * errors[i] + decayError * (Math.Abs(state[i]) + errors[i]) + 3 * Unit * (Math.Abs(w * state[i]) + Math.Abs(key * value));
                    state[i] = w * state[i] + key * value;
                }

                ErrorBound.Check(run.OutputOf(token)[column], output, outputError, "token {0}, column {1}", token, column);
            }

            for (int i = 0; i < dimension; i++)
            {
                ErrorBound.Check(run.To.Floats[i * dimension + column], state[i], errors[i] + ErrorBound.Tiny, "row {0}, column {1}", i, column);
            }
        }
    }
}
