namespace ModelGen.Vocabularies;

/// <summary>
/// SentencePiece BPE (Kudo and Richardson 2018): any two adjacent symbols merge whose joined text is a token, the highest score first.
/// </summary>
internal sealed unsafe class ScoreMerger(VocabularyTables tables) : PairMerger(tables)
{
    private const uint SignBit = 0x80000000;

    protected override bool TryFindPair(int left, int right, byte* text, int length, out uint rank, out int merged)
    {
        merged = length <= Tables.LongestSymbol ? Tables.Find(text, length) : VocabularySection.None;
        rank = merged == VocabularySection.None ? 0 : RankOf(Tables.ScoreOf(merged));
        return merged != VocabularySection.None;
    }

    /// <summary>Integers that order as the scores do, the highest score first; the two zeros are one.</summary>
    private static uint RankOf(float score)
    {
        float sum = score + 0f;
        uint bits = *(uint*)&sum;
        uint ascending = (bits & SignBit) != 0 ? ~bits : bits | SignBit;
        return ~ascending;
    }
}
