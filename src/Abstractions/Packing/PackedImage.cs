using System;
using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Layout;

namespace ModelGen.Packing;

/// <summary>
/// A packed file about to be made of a GGUF file: its size is known, then it is written into memory that the caller has, a mapped file
/// in the build task and plain memory at run time.
/// </summary>
internal sealed unsafe class PackedImage
{
    private readonly GgufFile _file;
    private readonly WeightLayout _layout;
    private readonly byte[] _vocabulary;
    private readonly long _weightsOffset;

    private PackedImage(GgufFile file, ModelSpec spec, byte[] vocabulary)
    {
        _file = file;
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
    public static PackedImage Create(GgufFile file)
    {
        Recognition recognition = Architecture.Recognise(file.Header);
        if (recognition.Spec is not ModelSpec spec)
        {
            throw new ModelGenException($"{file.DisplayName} cannot be compiled: {recognition.Problems[0].Message}.");
        }

        return new PackedImage(file, spec, VocabularySection.Write(VocabularyContent.From(file)));
    }

    /// <summary>Writes the packed file.</summary>
    /// <param name="gguf">The whole GGUF file, Header.FileLength bytes.</param>
    /// <param name="target">Length bytes of zeros.</param>
    /// <param name="progress">Called with the bytes packed so far, one call at a time.</param>
    public void Write(byte* gguf, byte* target, Action<long>? progress)
    {
        fixed (byte* vocabulary = _vocabulary)
        {
            Buffer.MemoryCopy(vocabulary, target + PackedFileHeader.PageSize, _vocabulary.Length, _vocabulary.Length);
        }

        WeightPacker.Pack(_file.Header, gguf, _layout, target + _weightsOffset, progress);
        new PackedFileHeader
        {
            LayoutVersion = WeightLayout.Version,
            HeaderHash = _file.Header.HeaderHash,
            ShapeHash = GgufSnapshot.ShapeHash(_file.Header),
            ModelName = ModelName,
            FileLength = Length,
            Vocabulary = Section(PackedFileHeader.PageSize, _vocabulary.Length, target),
            Weights = Section(_weightsOffset, _layout.Length, target),
        }.Write(target);
    }

    private static PackedSection Section(long offset, long length, byte* target) => new(offset, length, XxHash64.Hash(target + offset, length));
}
