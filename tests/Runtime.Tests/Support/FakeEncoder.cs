using System;
using System.IO;
using System.Threading;
using ModelGen.CompilerServices;
using ModelGen.Packing;
using ModelGen.Vocabularies;

namespace ModelGen.Runtime.Tests.Support;

/// <summary>
/// An encoder without weights: the vector of a token at a position, and the logits of terms, are functions of both that a test can compute. Its
/// tokenizer is that of <see cref="TestVocabulary.ChatContent"/>, which puts &lt;s&gt; before a text.
/// </summary>
internal sealed class FakeEncoder : CompiledEncoder
{
    public const int Length = 8;
    public const int Context = 64;
    public const string Name = "fake";

    private FakeEncoder(ModelDescription description, LoadOptions? options, string path)
        : base(PackedModel.Open(path, description, options), description, options)
    {
    }

    /// <summary>Element <paramref name="index"/> of the vector of a token.</summary>
    public static float Element(int token, int position, int index) => MathF.Sin((token * 3) + position + (index * 0.7f));

    /// <summary>The logit of a term at a token, but at the last one of the vocabulary, where it is NaN.</summary>
    public static float Logit(int token, int position, int term) => Element(token, position, term) - 0.5f;

    /// <param name="options">How to load.</param>
    /// <param name="beforeEvaluation">Is called before each evaluation.</param>
    public static FakeEncoder Load(LoadOptions? options = null, Action? beforeEvaluation = null)
    {
        VocabularyContent content = TestVocabulary.ChatContent();
        string path = Path.Combine(Path.GetTempPath(), "ModelGen." + Path.GetRandomFileName());
        string hash = new('0', 64);
        WriteFile(path, VocabularyWriter.Write(content), hash);
        try
        {
            ModelDescription description = new()
            {
                Assembly = typeof(FakeEncoder).Assembly,
                WeightsFileName = "fake.weights",
                Architecture = "bert",
                HeaderHash = hash,
                ShapeHash = hash,
                LayoutVersion = 1,
                ParameterCount = 0,
                ContextLength = Context,
                VocabularySize = content.Tokens.Length,
                VectorLength = Length,
                Pooling = ModelGen.Pooling.Mean,
                GivesTerms = true,
                WeightBytes = 0,
                State = new StateLayout(256, 1, Context, [new StateClass(0, new StatePart(1, 64, 64, 1))]),
                ScratchBytes = 0,
                CreateForwardPass = _ => new Sines(content.Tokens.Length, beforeEvaluation),
            };
            return new FakeEncoder(description, options, path);
        }
        finally
        {
            // What is mapped stays.
            File.Delete(path);
        }
    }

    private static unsafe void WriteFile(string path, byte[] vocabulary, string hash)
    {
        ulong checksum;
        fixed (byte* start = vocabulary)
        {
            checksum = SectionChecksum.Of(start, vocabulary.Length);
        }

        long weights = PackedFileHeader.PageAlign(PackedFileHeader.PageSize + vocabulary.Length);
        byte[] file = new byte[weights];
        PackedFileHeader header = new()
        {
            LayoutVersion = 1,
            HeaderHash = hash,
            ShapeHash = hash,
            ModelName = Name,
            FileLength = weights,
            Vocabulary = new PackedSection(PackedFileHeader.PageSize, vocabulary.Length, checksum),
            Weights = new PackedSection(weights, 0, 0),
        };
        fixed (byte* page = file)
        {
            header.Write(page);
        }

        vocabulary.CopyTo(file, PackedFileHeader.PageSize);
        File.WriteAllBytes(path, file);
    }

    private sealed unsafe class Sines(int terms, Action? beforeEvaluation) : ForwardPass
    {
        public override int MaxRows => Context;

        protected internal override void Evaluate(Row* rows, int count, CancellationToken cancellationToken)
        {
            beforeEvaluation?.Invoke();
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < count; row++)
            {
                for (int i = 0; GivesTerms && i < terms; i++)
                {
                    float logit = rows[row].Token == terms - 1 ? float.NaN : Logit(rows[row].Token, rows[row].Position, i);
                    rows[row].Logits[i] = MathF.Max(rows[row].Logits[i], logit);
                }

                for (int i = 0; !GivesTerms && rows[row].Logits != null && i < Length; i++)
                {
                    rows[row].Logits[i] = Element(rows[row].Token, rows[row].Position, i);
                }
            }
        }
    }
}
