using System;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>
/// Chooses a row's experts by a router's logits: with p = gating(logits), those whose p + bias is largest, the best first, each weighed
/// by its p. Of equal ones the first is chosen; whatever the logits are, NaN too, so many different experts come out.
/// </summary>
internal static unsafe class Route
{
    private const int Experts = 32;
    private const int Used = 4;
    private const bool IsSoftmax = true;                // p: one of these four
    private const bool IsSigmoid = false;
    private const bool IsSquareRootOfSoftplus = false;
    private const bool IsSoftmaxOfChosen = false;       // the logits choose, and their softmax over the chosen ones weighs
    private const int Groups = 1;                       // of neighbouring experts; those of the best UsedGroups alone are looked at
    private const int UsedGroups = 1;
    private const bool Normalises = true;               // the weights of the chosen ones are divided by their sum
    private const float Scale = 1f;                     // factor of the weights
    private const float LeastSum = 6.103515625E-05f;    // what weights are divided by at least: the smallest normal half float
    private const int Padded = (Experts + 15) / 16 * 16;
    private const int PaddedUsed = (Used + 15) / 16 * 16;
    private const int ExpertsOfGroup = Experts / Groups;

    /// <param name="logits">Experts floats, with room for 16 more; receives p.</param>
    /// <param name="bias">Experts floats that are added to choose; null: nothing is.</param>
    /// <param name="ranks">
    /// Room for what experts are chosen by and for the chosen weights, each with 16 more, and for 2 · Groups floats.
    /// </param>
    /// <param name="chosen">Receives Used experts, the best first.</param>
    /// <param name="weights">Receives their weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* logits, float* bias, float* ranks, int* chosen, float* weights)
    {
        for (int i = Experts; i < Padded; i++)
        {
            logits[i] = float.NegativeInfinity;
        }

        if (IsSoftmax)
        {
            Softmax(logits, Padded);
        }

        for (int i = 0; i < Padded; i += Vector512<float>.Count)
        {
            Vector512<float> p = Vector512.Load(logits + i);
            p = IsSigmoid ? Vector512<float>.One / (Vector512<float>.One + VectorMath.Exp(-p)) : p;
            p.Store(logits + i);
        }

        for (int i = 0; IsSquareRootOfSoftplus && i < Experts; i++)
        {
            // ln(1 + eˣ) is x where eˣ is so large that the 1 does not count.
            logits[i] = MathF.Sqrt(logits[i] > 20f ? logits[i] : MathF.Log(1f + MathF.Exp(logits[i])));
        }

        for (int i = 0; i < Experts; i++)
        {
            ranks[i] = bias == null ? logits[i] : logits[i] + bias[i];
        }

        if (Groups > 1)
        {
            LeaveBestGroups(ranks, ranks + Padded + PaddedUsed, (int*)(ranks + Padded + PaddedUsed + Groups));
        }

        for (int i = 0; i < Used; i++)
        {
            chosen[i] = Largest(ranks, chosen, i);
            weights[i] = logits[chosen[i]];
        }

        if (IsSoftmaxOfChosen)
        {
            float* padded = ranks + Padded;
            for (int i = 0; i < PaddedUsed; i++)
            {
                padded[i] = i < Used ? weights[i] : float.NegativeInfinity;
            }

            Softmax(padded, PaddedUsed);
            for (int i = 0; i < Used; i++)
            {
                weights[i] = padded[i];
            }
        }

        float sum = 0f;
        for (int i = 0; i < Used; i++)
        {
            sum += weights[i];
        }

        for (int i = 0; i < Used; i++)
        {
            weights[i] = (Normalises ? weights[i] / MathF.Max(sum, LeastSum) : weights[i]) * Scale;
        }
    }

    /// <summary>x = e^(x - max x) / Σ e^(x - max x) of whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Softmax(float* x, int length)
    {
        Vector512<float> largest = Vector512.Load(x);
        for (int i = Vector512<float>.Count; i < length; i += Vector512<float>.Count)
        {
            largest = Vector512.MaxNative(largest, Vector512.Load(x + i));
        }

        float maximum = Simd512.LargestLane(largest);
        Vector512<float> sums = Vector512<float>.Zero;
        for (int i = 0; i < length; i += Vector512<float>.Count)
        {
            Vector512<float> power = VectorMath.Exp(Vector512.Load(x + i) - Vector512.Create(maximum));
            power.Store(x + i);
            sums += power;
        }

        float sum = Vector512.Sum(sums);
        for (int i = 0; i < length; i += Vector512<float>.Count)
        {
            (Vector512.Load(x + i) / Vector512.Create(sum)).Store(x + i);
        }
    }

    /// <summary>The first of the largest that is not among the first count chosen ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(float* ranks, int* chosen, int count)
    {
        int best = -1;
        for (int i = 0; i < Experts; i++)
        {
            if ((best < 0 || ranks[i] > ranks[best]) && !Contains(chosen, count, i))
            {
                best = i;
            }
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Contains(int* chosen, int count, int expert)
    {
        for (int i = 0; i < count; i++)
        {
            if (chosen[i] == expert)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Hides the experts of all groups but those whose two best have the largest sums (DeepSeek-AI 2024, DeepSeek-V3).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LeaveBestGroups(float* ranks, float* sums, int* best)
    {
        for (int group = 0; group < Groups; group++)
        {
            float first = float.NegativeInfinity;
            float second = float.NegativeInfinity;
            for (int i = group * ExpertsOfGroup; i < (group + 1) * ExpertsOfGroup; i++)
            {
                second = MathF.Max(second, MathF.Min(first, ranks[i]));
                first = MathF.Max(first, ranks[i]);
            }

            sums[group] = first + second;
        }

        for (int i = 0; i < UsedGroups; i++)
        {
            best[i] = -1;
            for (int group = 0; group < Groups; group++)
            {
                if ((best[i] < 0 || sums[group] > sums[best[i]]) && !Contains(best, i, group))
                {
                    best[i] = group;
                }
            }
        }

        for (int i = 0; i < Experts; i++)
        {
            if (!Contains(best, UsedGroups, i / ExpertsOfGroup))
            {
                ranks[i] = float.NegativeInfinity;
            }
        }
    }
}
