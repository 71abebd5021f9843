using System;
using System.Collections.Generic;
using System.Linq;
using ModelGen.Generator.Specialise;
using ModelGen.Kernels.Harness;

namespace ModelGen.Kernels.Tests.TimeMix;

/// <summary>What a call of a recurrence of one head reads and writes: rows of so many parts, a state and outputs.</summary>
internal sealed unsafe class TimeMixArguments : IDisposable
{
    private const int Gap = 8;          // floats behind a token's, which are not touched

    private readonly TimeMixCase _case;
    private readonly GuardedBuffer _from;

    /// <param name="c">The case.</param>
    /// <param name="inputs">Values of all tokens' rows.</param>
    /// <param name="vectors">Vectors of the layer's.</param>
    public TimeMixArguments(TimeMixCase c, float[] inputs, params float[][] vectors)
    {
        _case = c;
        Before = Values(new Random(~c.Seed), c.Dimension * c.Dimension);
        InputValues = inputs;
        Inputs = GuardedBuffer.OfFloats(inputs);
        Vectors = [.. vectors.Select(vector => GuardedBuffer.OfFloats(vector))];
        _from = GuardedBuffer.OfFloats(Before);
        To = c.InPlace ? _from : GuardedBuffer.OfFloats(new float[Before.Length]);
        Output = GuardedBuffer.OfFloats(new float[c.Tokens * OutputPitch(c.Dimension)]);
    }

    /// <summary>The state before the first token.</summary>
    public float[] Before { get; }

    /// <summary>What the inputs were.</summary>
    public float[] InputValues { get; }

    public GuardedBuffer Inputs { get; }

    public GuardedBuffer[] Vectors { get; }

    public GuardedBuffer To { get; }

    public GuardedBuffer Output { get; }

    /// <summary>Floats from one token's inputs to the next one's.</summary>
    public static int InputPitch(int dimension, int parts) => parts * dimension + Gap;

    /// <summary>Floats from one token's outputs to the next one's.</summary>
    public static int OutputPitch(int dimension) => dimension + Gap;

    /// <summary>Floats between -1 and 1.</summary>
    public static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];

    /// <summary>The kernels of some dimensions of heads.</summary>
    public static KernelLibrary Compile(VectorWidth width, string kernelFile, IEnumerable<int> dimensions, int parts) =>
        KernelLibrary.Compile(width, dimensions.Select(dimension => Requests.Of(
            kernelFile,
            $"{kernelFile}_{dimension}",
            width,
            ("Dimension", dimension),
            ("InputPitch", InputPitch(dimension, parts)),
            ("OutputPitch", OutputPitch(dimension))).Repeat('v', Enumerable.Range(1, 4).Last(count => dimension / width.Lanes % count == 0))));

    /// <summary>State before a token.</summary>
    public float* From(int token) => (token == 0 ? _from : To).Floats;

    /// <summary>Output of a token.</summary>
    public float* OutputOf(int token) => Output.Floats + token * OutputPitch(_case.Dimension);

    public void ShouldBeIntact()
    {
        Inputs.ShouldBeIntact();
        To.ShouldBeIntact();
        Output.ShouldBeIntact();
    }

    public void Dispose()
    {
        Inputs.Dispose();
        Array.ForEach(Vectors, vector => vector.Dispose());
        _from.Dispose();
        if (!_case.InPlace)
        {
            To.Dispose();
        }

        Output.Dispose();
    }
}

/// <summary>Tokens of a head.</summary>
internal sealed record TimeMixCase(int Seed, int Dimension, int Tokens, bool InPlace);
