using System.Collections.Generic;
using ModelGen.Architectures;
using ModelGen.Fuzz.Tests.Harness;
using ModelGen.Fuzz.Tests.Mutation;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Gguf;
using ModelGen.Vocabularies;

namespace ModelGen.Fuzz.Tests.Targets;

/// <summary>Headers of GGUF files: read, written as a snapshot, recognised, planned, and their vocabularies packed and used. Declared: ModelGenException, and problems.</summary>
internal sealed class GgufTarget : IFuzzTarget
{
    public string Name => "gguf";

    public int Share => 200;

    public IReadOnlyList<byte[]> Seeds => SeedModels.Headers;

    public IMutator Mutator { get; } = new ByteMutator(keepsLength: true);

    // The reader's buffer, texts and their hash tables, and a plan, which grows with the layers that the file has tensors for.
    public long MostAllocatedBytes(int inputBytes) => (2L << 20) + 512L * inputBytes;

    public FuzzOutcome Run(byte[] input)
    {
        try
        {
            GgufFile file = GgufHeaderReader.Read(new ZeroPaddedStream(input, SeedModels.DataBytes), "fuzzed.gguf");
            ModelReading.CheckSnapshot(file.Header);
            if (ModelReading.Plan(file.Header) is not ModelSpec spec)
            {
                return FuzzOutcome.Refused;
            }

            Tokenizer tokenizer = Tokenizer.Create(VocabularyContent.OfModel(file, spec.VocabularySize));
            TokenizerUse.Ask(tokenizer);
            return FuzzOutcome.Accepted;
        }
        catch (ModelGenException)
        {
            return FuzzOutcome.Refused;
        }
    }
}
