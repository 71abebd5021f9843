using System;
using System.Runtime.CompilerServices;

namespace ModelGen.Kernels;

/// <summary>c = Bias + W · tanh(Scale · products): what streams are predicted or corrected by (AltUp; Baykal et al. 2023).</summary>
internal static unsafe class StreamCoefficients
{
    private const int Streams = 4;
    private const int Count = 16;
    private const float Scale = 0.00390625f;
    private const float Bias = 0f;

    /// <param name="products">Streams products of the router; changed.</param>
    /// <param name="weights">Count rows of Streams floats.</param>
    /// <param name="coefficients">Receives Count floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* products, float* weights, float* coefficients)
    {
        // m = tanh(Scale · products)
        for (int i = 0; i < Streams; i++)
        {
            products[i] = MathF.Tanh(products[i] * Scale);
        }

        // c = Bias + W · m
        for (int i = 0; i < Count; i++)
        {
            float sum = 0f;
            for (int j = 0; j < Streams; j++)
            {
                sum += weights[i * Streams + j] * products[j];
            }

            coefficients[i] = sum + Bias;
        }
    }
}
