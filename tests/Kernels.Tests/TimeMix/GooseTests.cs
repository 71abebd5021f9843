using System;
using System.Linq;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>δ = -Sᵀκ̂, S = diag(w) S + (κ̂ a) δᵀ + k vᵀ, o = Sᵀr, for the tokens of a sequence.</summary>
public sealed unsafe class GooseTests() : TimeMixTests("Goose", Parts)
{
    private const int Parts = 6;

    // r, w, k, v, κ̂ and κ̂ a: decays between 0 and 1, what is removed about as long as 1.
    private protected override TimeMixArguments Create(TimeMixCase c)
    {
        int pitch = TimeMixArguments.InputPitch(c.Dimension, Parts);
        float[] inputs = TimeMixArguments.Values(new Random(c.Seed), c.Tokens * pitch);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (i % pitch / c.Dimension) switch
            {
                1 => MathF.Abs(inputs[i]),
                4 or 5 => inputs[i] * 1.7f / MathF.Sqrt(c.Dimension),
                _ => inputs[i],
            };
        }

        return new TimeMixArguments(c, inputs);
    }

    private protected override void Call(KernelLibrary library, TimeMixArguments run, TimeMixCase c, int token, int tokens)
    {
        float* input = run.Inputs.Floats + token * TimeMixArguments.InputPitch(c.Dimension, Parts);
        var kernel = (delegate*<float*, float*, float*, float*, float*, float*, float*, float*, float*, int, void>)library.Pointer($"Goose_{c.Dimension}");
        kernel(
            input,
            input + c.Dimension,
            input + 2 * c.Dimension,
            input + 3 * c.Dimension,
            input + 4 * c.Dimension,
            input + 5 * c.Dimension,
            run.From(token),
            run.To.Floats,
            run.OutputOf(token),
            tokens);
    }

    /// <summary>Each column against doubles, with a bound on its error that goes along from token to token.</summary>
    private protected override void Check(TimeMixArguments run, TimeMixCase c)
    {
        const double Unit = ErrorBound.Unit;
        int dimension = c.Dimension;
        for (int column = 0; column < dimension; column++)
        {
            double[] state = [.. Enumerable.Range(0, dimension).Select(i => (double)run.Before[i * dimension + column])];
            double[] errors = new double[dimension];
            for (int token = 0; token < c.Tokens; token++)
            {
                ReadOnlySpan<float> input = run.InputValues.AsSpan(token * TimeMixArguments.InputPitch(dimension, Parts));
                ReadOnlySpan<float> receptance = input;
                ReadOnlySpan<float> decay = input[dimension..];
                ReadOnlySpan<float> key = input[(2 * dimension)..];
                double value = input[3 * dimension + column];
                ReadOnlySpan<float> removal = input[(4 * dimension)..];
                ReadOnlySpan<float> rate = input[(5 * dimension)..];
                double known = 0, size = 0, carried = 0;
                for (int i = 0; i < dimension; i++)
                {
                    known += state[i] * removal[i];
                    size += Math.Abs(state[i] * removal[i]);
                    carried += errors[i] * Math.Abs(removal[i]);
                }

                double deltaError = carried + (dimension + 4) * Unit * size;
                double output = 0, outputError = 0;
                for (int i = 0; i < dimension; i++)
                {
                    double kept = decay[i] * state[i];
                    double removed = rate[i] * known;
                    double added = key[i] * value;
                    errors[i] = decay[i] * errors[i] + Math.Abs(rate[i]) * deltaError
                        + 4 * Unit * (Math.Abs(kept) + Math.Abs(removed) + Math.Abs(added));
                    state[i] = kept - removed + added;
                    output += receptance[i] * state[i];
                    outputError += Math.Abs(receptance[i]) * (errors[i] + (dimension + 2) * Unit * Math.Abs(state[i]));
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
