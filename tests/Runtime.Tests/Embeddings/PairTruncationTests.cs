using ModelGen.Embeddings;
using Shouldly;
using Xunit;

namespace ModelGen.Runtime.Tests.Embeddings;

/// <summary>What two texts keep, against taking tokens away one by one.</summary>
public sealed class PairTruncationTests
{
    [Fact]
    public void TheLongerOneLosesFirst()
    {
        for (int first = 0; first < 14; first++)
        {
            for (int second = 0; second < 14; second++)
            {
                for (int room = 0; room < 30; room++)
                {
                    PairTruncation.Keep(first, second, room).ShouldBe(OneByOne(first, second, room), $"{first} and {second} in {room}");
                }
            }
        }
    }

    [Fact]
    public void AShortQueryStaysWhole() => PairTruncation.Keep(7, int.MaxValue, 509).ShouldBe((7, 502));

    // Of two that are alike by then, the one loses that was not the longer, so that the odd token is the longer one's or the second's.
    private static (int First, int Second) OneByOne(int first, int second, int room)
    {
        bool firstIsLonger = first > second;
        while (first + second > room)
        {
            if (first > second || (first == second && !firstIsLonger))
            {
                first--;
            }
            else
            {
                second--;
            }
        }

        return (first, second);
    }
}
