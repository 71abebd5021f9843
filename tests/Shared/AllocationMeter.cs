using System;

namespace ModelGen.Tests.Shared;

/// <summary>What a piece of code allocates on its thread.</summary>
internal static class AllocationMeter
{
    private const int Attempts = 20;

    /// <summary>
    /// The bytes that <paramref name="action"/> allocates when it has run before. The runtime's counter is too high, by what is left of the
    /// thread's allocation buffer, where a collection that another thread started comes in between; so the lowest of a few runs counts.
    /// Code that allocates does so in each of them.
    /// </summary>
    public static long BytesAllocatedBy(Action action)
    {
        action();
        long lowest = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && lowest > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            lowest = Math.Min(lowest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return lowest;
    }

    /// <summary>
    /// The bytes that <paramref name="more"/> allocates beyond <paramref name="less"/>, at least 0. It is measured after: code that the
    /// runtime optimises in between may keep an object on the stack that it put on the heap before, so the second number may well be the
    /// lower one, and that is no fault.
    /// </summary>
    public static long BytesAddedBy(Action more, Action less)
    {
        long few = BytesAllocatedBy(less);
        return Math.Max(0, BytesAllocatedBy(more) - few);
    }
}
