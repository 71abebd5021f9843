using System;
using System.IO;
using System.Linq;
using ModelGen.CompilerServices;
using ModelGen.Fuzz.Tests.Seeds;
using ModelGen.Gguf;
using ModelGen.Packing;
using ModelGen.Vocabularies;
using Shouldly;
using Xunit;

namespace ModelGen.Fuzz.Tests.NamedCases;

/// <summary>Packed files are checked against fingerprint and bounds when they are opened, and byte by byte where VerifyWeights asks for it.</summary>
public sealed unsafe class PackedFileCases : IClassFixture<PackedFileCases.Fixture>
{
    private const string Mend = "Build the project again to pack it anew.";

    private readonly Fixture _fixture;

    public PackedFileCases(Fixture fixture) => _fixture = fixture;

    [Fact]
    public void AFileOfAnotherShapeIsRefused() =>
        Refusal(header => header with { ShapeHash = new string('7', 64) }).ShouldContain("has other shapes, formats or settings than the model that was compiled");

    [Fact]
    public void AFileThatSaysItIsLongerIsRefused() =>
        Refusal(header => header with { FileLength = header.FileLength + 1 }).ShouldEndWith($": it was cut off. {Mend}");

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 30)]
    [InlineData(long.MaxValue / 4096 * 4096)]
    [InlineData(long.MinValue)]
    public void SectionsOutsideOfTheFileAreRefused(long offset)
    {
        Refusal(header => header with { Vocabulary = header.Vocabulary with { Offset = offset } }).ShouldEndWith($"is damaged: a section lies outside the file. {Mend}");
        Refusal(header => header with { Weights = header.Weights with { Offset = offset } }).ShouldEndWith($"is damaged: a section lies outside the file. {Mend}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void SectionsWhoseLengthOverflowsAreRefused(long length) =>
        Refusal(header => header with { Weights = header.Weights with { Length = length } }).ShouldEndWith($"is damaged: a section lies outside the file. {Mend}");

    [Fact]
    public void AHeaderThatWasChangedIsRefused() =>
        Refusal(file => file[20] ^= 1).ShouldEndWith($"is damaged: its header does not match its checksum. {Mend}");

    [Fact]
    public void AVocabularyThatWasChangedIsRefused() =>
        Refusal(file => file[PackedFileHeader.PageSize + 400] ^= 1).ShouldEndWith($"is damaged: its vocabulary section does not match its checksum. {Mend}");

    /// <summary>Each byte of the weights, the first and the last among them; without the option none of them is read.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1)]
    public void VerifyWeightsReadsEveryByte(int place)
    {
        byte[] file = [.. _fixture.Packed];
        int offset = place < 0 ? file.Length + place : (int)_fixture.Header.Weights.Offset + place;
        file[offset] ^= 1;
        string path = _fixture.Write(file);
        using (CompiledDecoder model = _fixture.Compiled.Load(path))
        {
            model.Info.ContextLength.ShouldBePositive();
        }

        Refusals.Of(() => _fixture.Compiled.Load(path, verifyWeights: true)).ShouldEndWith($"is damaged: its weights section does not match its checksum. {Mend}");
    }

    /// <summary>
    /// The rank of all ones stood for "no pair" inside of the merger, which then merged what was not there: an IndexOutOfRangeException for
    /// every text, found by fuzzing.
    /// </summary>
    [Theory]
    [InlineData("byte-pairs-gpt-2", true)]
    [InlineData("sentencepiece", false)]
    public void RanksAndScoresOfAllOnesDoNotMerge(string name, bool hasRanks)
    {
        byte[] section = VocabularyWriter.Write(SeedVocabularies.Kinds.Single(vocabulary => vocabulary.Name == name).Content);
        fixed (byte* first = section)
        {
            VocabularyTables tables = new(first, section.Length);
            byte* table = tables.Table(hasRanks ? VocabularyTable.Pairs : VocabularyTable.Scores, out long count);
            for (long i = 0; i < count; i++)
            {
                *(hasRanks ? &((PairSlot*)table + i)->Rank : (int*)table + i) = -1;
            }

            Tokenizer tokenizer = Tokenizer.Create(section, PreTokenizer.Of(tables.PreTokenizer));
            tokenizer.Decode(tokenizer.EncodeToIds("the andthe", addSpecialTokens: false)).ShouldBe("the andthe");
        }
    }

    private string Refusal(Func<PackedFileHeader, PackedFileHeader> change) => Refusal(file =>
    {
        fixed (byte* page = file)
        {
            change(_fixture.Header).Write(page);
        }
    });

    private string Refusal(Action<byte[]> change)
    {
        byte[] file = [.. _fixture.Packed];
        change(file);
        string path = _fixture.Write(file);
        return Refusals.Of(() => _fixture.Compiled.Load(path));
    }

    /// <summary>A compiled model and its packed file.</summary>
    public sealed class Fixture : IDisposable
    {
        private int _files;

        public Fixture()
        {
            PackedImage image = PackedImage.Create(GgufHeaderReader.ReadFile(Compiled.Path));
            Packed = new byte[image.Length];
            fixed (byte* target = Packed)
            {
                image.Write(target);
                Header = PackedFileHeader.Read(target, Packed.Length, "packed");
            }
        }

        internal CompiledSeed Compiled { get; } = new(SeedModels.Smallest, KeyValueFormat.Int8);

        internal byte[] Packed { get; }

        internal PackedFileHeader Header { get; }

        internal string Write(byte[] file)
        {
            string path = Path.Combine(Compiled.Folder, $"{++_files}.weights");
            File.WriteAllBytes(path, file);
            return path;
        }

        public void Dispose() => Compiled.Dispose();
    }
}
