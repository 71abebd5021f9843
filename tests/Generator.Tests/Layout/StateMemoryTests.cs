using System.Linq;
using ModelGen.Layout;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Layout;

/// <summary>Which checkpoints of a state of a fixed size are kept.</summary>
public sealed class StateMemoryTests
{
    [Fact]
    public void WhoeverGoesBackFindsACheckpointAtMostTwiceAsFar()
    {
        for (int newest = 1; newest <= 300; newest++)
        {
            int[] kept = [0, .. Enumerable.Range(1, newest).Where(checkpoint => StateMemory.IsKept(checkpoint, newest))];
            kept[^1].ShouldBe(newest);
            (kept.Length - 1).ShouldBeLessThanOrEqualTo(StateMemory.States(newest) - 3, $"of {newest}");
            for (int target = 0; target <= newest; target++)
            {
                (target - kept.Last(checkpoint => checkpoint <= target)).ShouldBeLessThanOrEqualTo(2 * (newest - target), $"{target} of {newest}");
            }
        }
    }

    [Fact]
    public void ACheckpointThatWasDroppedIsNeverMissed()
    {
        for (int checkpoint = 1; checkpoint <= 64; checkpoint++)
        {
            bool[] kept = [.. Enumerable.Range(checkpoint, 200).Select(newest => StateMemory.IsKept(checkpoint, newest))];
            kept.ShouldBe(kept.OrderByDescending(isKept => isKept));
        }
    }

    [Theory]
    [InlineData(0, 16, 16)]
    [InlineData(8, 16, 2)]
    [InlineData(1024, 16, 6)]
    [InlineData(4096, 16, 16)]
    public void AWindowHoldsItsPagesAndThoseOfTheBatchThatMovesIt(int window, int all, int pages) =>
        StateMemory.Pages(window, all, pagePositions: 256, batchRows: 192).ShouldBe(pages);
}
