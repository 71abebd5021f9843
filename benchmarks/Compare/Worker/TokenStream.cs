namespace ModelGen.Compare.Worker;

/// <summary>Token ids that look random and are the same for everybody who has the same seed.</summary>
/// <param name="seed">Any number.</param>
/// <param name="vocabularySize">Ids are below it.</param>
internal sealed class TokenStream(int seed, int vocabularySize)
{
    // Multiplier and increment of Knuth's MMIX generator; its upper half is random enough for picking tokens.
    private ulong _state = unchecked((ulong)seed * 6364136223846793005UL + 1442695040888963407UL);

    public int Next()
    {
        _state = unchecked(_state * 6364136223846793005UL + 1442695040888963407UL);
        return (int)((_state >> 33) % (ulong)vocabularySize);
    }

    public int[] Take(int count)
    {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = Next();
        }

        return ids;
    }
}
