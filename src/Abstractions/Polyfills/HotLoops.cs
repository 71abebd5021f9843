using System.Runtime.CompilerServices;

namespace ModelGen.Polyfills;

/// <summary>For methods that run for a long time in one call: a build packs once, and would do most of it in code of the first tier.</summary>
internal static class HotLoops
{
    /// <summary>MethodImplOptions.AggressiveOptimization, which netstandard2.0 does not name; runtimes without it pass over it.</summary>
    public const MethodImplOptions Optimize = (MethodImplOptions)512;
}
