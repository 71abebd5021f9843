using System;
using System.Buffers;
using System.Runtime.InteropServices;
using ModelGen.Vocabularies;

namespace ModelGen.Tokenization;

/// <summary>
/// Unigram (tokenizer.ggml.model "t5"; Kudo 2018, "Subword Regularization"), with the ids that llama.cpp gives: of all ways to write the
/// normalised text with tokens, the one with the highest sum of scores, by Viterbi's algorithm.
/// </summary>
internal sealed unsafe class UnigramTokenizer(VocabularyReader vocabulary) : VocabularyTokenizer(vocabulary)
{
    private readonly UnigramNormalizer _normalizer = new(vocabulary.Tables);

    protected override void EncodeFragment(ReadOnlySpan<byte> text, bool startsText, IdSink ids)
    {
        PooledBytes normalized = new(TextLength.Checked(text.Length + (long)SpaceMarks.Mark.Length));
        try
        {
            _normalizer.Normalize(text, ref normalized);
            EncodeNormalized(normalized.Written, ids);
        }
        finally
        {
            normalized.Dispose();
        }
    }

    private void EncodeNormalized(ReadOnlySpan<byte> text, IdSink ids)
    {
        if (text.IsEmpty)
        {
            return;
        }

        // The best way to write everything before each byte: its last token, and where that starts.
        Step[] steps = ArrayPool<Step>.Shared.Rent(TextLength.Checked(text.Length + 1L));
        try
        {
            int unknown = UnknownId ?? throw new ModelGenException(
                "The vocabulary has no unknown token, which a Unigram tokenizer needs; convert the model again.");
            steps.AsSpan(0, text.Length + 1).Fill(new Step { Id = unknown, Score = double.MinValue });
            steps[0].Score = 0;
            FindBest(text, steps, unknown);
            AppendBackwards(steps, text.Length, unknown, ids);
        }
        finally
        {
            ArrayPool<Step>.Shared.Return(steps);
        }
    }

    private void FindBest(ReadOnlySpan<byte> text, Step[] steps, int unknown)
    {
        ByteTrie trie = Tables.Trie;
        for (int start = 0; start < text.Length;)
        {
            int characterBytes = Math.Min(Utf8.LengthOf(text[start]), text.Length - start);
            bool isCharacterKnown = false;
            double before = steps[start].Score;
            int node = 0;
            for (int end = start; end < text.Length;)
            {
                node = trie.Child(node, text[end++]);
                if (node == ByteTrie.Dead)
                {
                    break;
                }

                int id = trie.ValueOf(node);
                if (id != VocabularySection.None)
                {
                    isCharacterKnown |= end - start == characterBytes;
                    steps[end].Improve(id, start, before + Tables.ScoreOf(id));
                }
            }

            if (!isCharacterKnown)
            {
                steps[start + characterBytes].Improve(unknown, start, before + Tables.UnknownScore);
            }

            start += characterBytes;
        }
    }

    // Unknown characters side by side are one unknown token.
    private static void AppendBackwards(Step[] steps, int length, int unknown, IdSink ids)
    {
        int before = ids.Count;
        bool isUnknownBehind = false;
        for (int end = length; end > 0; end = steps[end].Start)
        {
            bool isUnknown = steps[end].Id == unknown;
            if (!(isUnknown && isUnknownBehind))
            {
                ids.Add(steps[end].Id);
            }

            isUnknownBehind = isUnknown;
        }

        ids.Reverse(before);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct Step
    {
        public int Id;
        public int Start;
        public double Score;

        public void Improve(int id, int start, double score)
        {
            if (score > Score)
            {
                Id = id;
                Start = start;
                Score = score;
            }
        }
    }
}
