using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Layout;
using ModelGen.Vocabularies;

namespace ModelGen.Packing;

/// <summary>
/// A packed file about to be made of a GGUF file: its size is known, then it is written on all processors, block by block, into a file in
/// the build task and into memory at run time.
/// </summary>
internal sealed unsafe class PackedImage
{
    private readonly GgufFile _file;
    private readonly string _shapeHash;
    private readonly WeightLayout _layout;
    private readonly byte[] _vocabulary;
    private readonly long _weightsOffset;

    private PackedImage(GgufFile file, ModelSpec spec, byte[] vocabulary)
    {
        _file = file;
        _shapeHash = spec.ShapeHash;
        _layout = WeightLayout.Create(spec);
        _vocabulary = vocabulary;
        _weightsOffset = PackedFileHeader.PageAlign(PackedFileHeader.PageSize + vocabulary.Length);
        ModelName = spec.Name;
    }

    /// <summary>general.name.</summary>
    public string ModelName { get; }

    /// <summary>Bytes of the packed file.</summary>
    public long Length => _weightsOffset + _layout.Length;

    /// <summary>Reads what packing needs besides the weights.</summary>
    /// <exception cref="ModelGenException">The model is not supported, or its vocabulary cannot be read.</exception>
    public static PackedImage Create(GgufFile file) => Create(file, Recognise(file));

    /// <summary>Reads what packing needs besides the weights.</summary>
    /// <param name="file">The file.</param>
    /// <param name="spec">What <see cref="Recognise"/> gave for it.</param>
    /// <exception cref="ModelGenException">The vocabulary cannot be read.</exception>
    public static PackedImage Create(GgufFile file, ModelSpec spec) =>
        new(file, spec, VocabularyWriter.Write(VocabularyContent.OfModel(file, spec.VocabularySize)));

    /// <summary>Reads what the model is.</summary>
    /// <exception cref="ModelGenException">The model is not supported.</exception>
    public static ModelSpec Recognise(GgufFile file)
    {
        Recognition recognition = Architecture.Recognise(file.Header);
        return recognition.Spec ?? throw new ModelGenException($"{file.DisplayName} cannot be compiled: {recognition.Problems[0].Message}.");
    }

    /// <summary>Writes the packed file into memory; the model must lie in a file.</summary>
    /// <param name="target">Length bytes of zeros.</param>
    /// <exception cref="ModelGenException">The file cannot be read, or was cut off meanwhile.</exception>
    public void Write(byte* target)
    {
        try
        {
            Write(() => new FileSource(_file), () => new MemoryTarget(target), progress: null);
        }
        catch (AggregateException error) when (error.InnerExceptions[0] is IOException or UnauthorizedAccessException or ModelGenException)
        {
            throw new ModelGenException($"{_file.DisplayName} cannot be packed: {error.InnerExceptions[0].Message}", error);
        }
    }

    /// <summary>Writes the packed file. Bytes between its sections are not written: they are zeros.</summary>
    /// <param name="openSource">Opens the GGUF file, or its parts; called once on each thread that packs.</param>
    /// <param name="openTarget">Opens the packed file; called once on each thread that packs, and once more.</param>
    /// <param name="progress">Called with the bytes packed so far, one call at a time.</param>
    /// <exception cref="AggregateException">A source, a target or <paramref name="progress"/> has thrown.</exception>
    public void Write(Func<IBlockSource> openSource, Func<IBlockTarget> openTarget, Action<long>? progress)
    {
        var weights = new WeightPacker(_file.Header, _layout);
        var hashes = new ulong[SectionChecksum.Blocks(_layout.Length)];
        int next = 0;
        long done = 0;
        var gate = new object();
        Parallel.For(0, Environment.ProcessorCount, (_, loop) =>
        {
            using IBlockSource source = openSource();
            using IBlockTarget target = openTarget();
            fixed (byte* scratch = new byte[weights.ScratchBytes])
            {
                for (int block = Take(); block < hashes.Length && !loop.ShouldExitCurrentIteration; block = Take())
                {
                    long start = (long)block * SectionChecksum.BlockBytes;
                    int length = SectionChecksum.LengthOf(block, _layout.Length);
                    byte* bytes = target.Begin(_weightsOffset + start, length);
                    weights.Fill(start, length, bytes, scratch, source);
                    hashes[block] = XxHash64.Hash(bytes, length);
                    target.End(_weightsOffset + start, length);
                    lock (gate)
                    {
                        done += length;
                        progress?.Invoke(done);
                    }
                }
            }
        });

        using IBlockTarget front = openTarget();
        WriteVocabularyAndHeader(front, SectionChecksum.Of(hashes));

        int Take() => Interlocked.Increment(ref next) - 1;
    }

    private void WriteVocabularyAndHeader(IBlockTarget target, ulong weightsChecksum)
    {
        fixed (byte* vocabulary = _vocabulary)
        {
            for (int block = 0; block < SectionChecksum.Blocks(_vocabulary.Length); block++)
            {
                long start = (long)block * SectionChecksum.BlockBytes;
                int length = SectionChecksum.LengthOf(block, _vocabulary.Length);
                Buffer.MemoryCopy(vocabulary + start, target.Begin(PackedFileHeader.PageSize + start, length), length, length);
                target.End(PackedFileHeader.PageSize + start, length);
            }

            var header = new PackedFileHeader
            {
                LayoutVersion = WeightLayout.Version,
                HeaderHash = _file.Header.HeaderHash,
                ShapeHash = _shapeHash,
                ModelName = ModelName,
                FileLength = Length,
                Vocabulary = new(PackedFileHeader.PageSize, _vocabulary.Length, SectionChecksum.Of(vocabulary, _vocabulary.Length)),
                Weights = new(_weightsOffset, _layout.Length, weightsChecksum),
            };
            header.Write(target.Begin(0, PackedFileHeader.PageSize));
            target.End(0, PackedFileHeader.PageSize);
        }
    }

    /// <summary>Blocks are written where they belong.</summary>
    private sealed class MemoryTarget(byte* start) : IBlockTarget
    {
        public byte* Begin(long offset, int length) => start + offset;

        public void End(long offset, int length)
        {
        }

        public void Dispose()
        {
        }
    }
}
