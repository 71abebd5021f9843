using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Tokenization;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>
/// Any ids, decoded at once and one by one with every vocabulary in turn (the first one says which). Declared: ArgumentOutOfRangeException for an
/// id that is not in the vocabulary, ModelGenException of a vocabulary without texts.
/// </summary>
internal sealed class TokenizerIdsTarget : IFuzzTarget
{
    // A bit of the first number: the others are taken into the vocabulary, where mutations would leave few of them.
    private const int IsFolded = 1 << 6;

    private readonly Tokenizer[] _tokenizers = [.. SeedVocabularies.Kinds.Select(vocabulary => Tokenizer.Create(vocabulary.Content))];

    public TokenizerIdsTarget()
    {
        Random random = new(1);
        Seeds =
        [
            .. Enumerable.Range(0, 4 * _tokenizers.Length).Select(i => MemoryMarshal.AsBytes<int>(
                [i % 2 * IsFolded + i, .. Enumerable.Range(0, 24).Select(_ => random.Next(_tokenizers[(i % 2 * IsFolded + i) % _tokenizers.Length].VocabularySize))]).ToArray()),
        ];
    }

    public string Name => "tokenizer-ids";

    public int Share => 76;

    public IReadOnlyList<byte[]> Seeds { get; }

    public IMutator Mutator { get; } = new ByteMutator();

    // Texts of tokens are some bytes each.
    public long MostAllocatedBytes(int inputBytes) => (1L << 20) + 256L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        ReadOnlySpan<int> ids = MemoryMarshal.Cast<byte, int>(input);
        Tokenizer tokenizer = _tokenizers[ids.IsEmpty ? 0 : (uint)ids[0] % (uint)_tokenizers.Length];
        int[] rest = ids.IsEmpty ? [] : ids[1..].ToArray();
        if (!ids.IsEmpty && (ids[0] & IsFolded) != 0)
        {
            rest = Array.ConvertAll(rest, id => (int)((uint)id % (uint)tokenizer.VocabularySize));
        }

        bool isInside = rest.All(id => (uint)id < (uint)tokenizer.VocabularySize);
        try
        {
            tokenizer.Decode(rest);
            tokenizer.Decode(rest, includeSpecialTokens: true);
            TextDecoder decoder = new(tokenizer);
            foreach (int id in rest)
            {
                decoder.Append(id);
                tokenizer.IsEndOfGeneration(id);
                tokenizer.IsSpecial(id);
            }

            decoder.Flush();
            return isInside ? FuzzOutcome.Accepted : throw new InvalidOperationException("An id outside of the vocabulary was decoded.");
        }
        catch (ArgumentOutOfRangeException) when (!isInside)
        {
            return FuzzOutcome.Refused;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }
}
