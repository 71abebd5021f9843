namespace ModelGen.Vocabularies;

/// <summary>Byte-pair encoding (Sennrich et al. 2016): a table says which pairs merge, and in which order.</summary>
internal sealed unsafe class RankMerger(VocabularyTables tables) : PairMerger(tables)
{
    protected override bool TryFindPair(int left, int right, byte* text, int length, out uint rank, out int merged)
    {
        if (left == VocabularySection.None || right == VocabularySection.None)
        {
            rank = 0;
            merged = VocabularySection.None;
            return false;
        }

        return Tables.TryFindPair(left, right, out rank, out merged);
    }
}
