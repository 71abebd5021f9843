using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelGen.Kernels;

/// <summary>s[key] = s[key] - slope · |key's position - query's position|: attention with linear biases (Press et al. 2022).</summary>
internal static unsafe class BiasScores
{
    /// <param name="scores">Scores of neighbouring keys; those up to the end of the last vector are changed too.</param>
    /// <param name="count">Number of keys.</param>
    /// <param name="slope">Slope of the head.</param>
    /// <param name="distance">Position of the first key less that of the query.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public static void Run(float* scores, int count, float slope, int distance)
    {
        for (int i = 0; i < count; i += Vector512<float>.Count)
        {
            Vector512<float> away = Vector512.ConvertToSingle(Vector512.Abs(Vector512<int>.Indices + Vector512.Create(distance + i)));
            Vector512.MultiplyAddEstimate(away, Vector512.Create(-slope), Vector512.Load(scores + i)).Store(scores + i);
        }
    }
}
