using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.CompilerServices;

/// <summary>
/// The packed weights and vocabulary of a model in memory: a mapped file, or memory where a GGUF was packed at run time.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class PackedModel : IDisposable
{
    private readonly SafeHandle _memory;
    private readonly byte* _start;
    private readonly bool _isMapped;

    private PackedModel(SafeHandle memory, byte* start, bool isMapped, PackedFileHeader header, string displayName)
    {
        _memory = memory;
        _start = start;
        _isMapped = isMapped;
        Header = header;
        DisplayName = displayName;
    }

    internal byte* Weights => _start + Header.Weights.Offset;

    internal PackedFileHeader Header { get; }

    internal string DisplayName { get; }

    /// <summary>Maps the file that the build put beside the program; it must hold the very model that was compiled.</summary>
    /// <param name="description">The compiled model.</param>
    /// <param name="options">How to load.</param>
    /// <exception cref="ModelGenException">The file is missing, damaged, or of another model.</exception>
    public static PackedModel OpenBesideProgram(ModelDescription description, LoadOptions? options)
    {
        string path = Path.Combine(AppContext.BaseDirectory, description.WeightsFileName);
        if (!File.Exists(path))
        {
            throw new ModelGenException(
                $"{description.WeightsFileName} is not in {AppContext.BaseDirectory}; copy it there from the build's output, or pass the path of a weights or GGUF file to Load.");
        }

        PackedModel model = Map(path);
        if (model.Header.HeaderHash != description.HeaderHash)
        {
            model.Dispose();
            throw new ModelGenException(
                $"{path} holds the weights of {Identify(model.Header.HeaderHash)}, but the program was compiled for {Identify(description.HeaderHash)}; copy both from the same build.");
        }

        return model.Checked(description, options);
    }

    /// <summary>Maps a packed file, or packs a GGUF in memory; either must have the shapes that were compiled.</summary>
    /// <param name="path">A file of packed weights or a GGUF.</param>
    /// <param name="description">The compiled model.</param>
    /// <param name="options">How to load.</param>
    /// <exception cref="ModelGenException">The file is missing, damaged, or has other shapes.</exception>
    public static PackedModel Open(string path, ModelDescription description, LoadOptions? options)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!File.Exists(path))
        {
            throw new ModelGenException($"{path} does not exist.");
        }

        return (IsGguf(path) ? Pack(path, description) : Map(path)).Checked(description, options);
    }

    /// <summary>Unmaps or frees the weights, once nobody holds them any more.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Keeps the weights in memory until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">They are gone.</exception>
    internal void Hold()
    {
        bool added = false;
        _memory.DangerousAddRef(ref added);
    }

    /// <summary>Ends one <see cref="Hold"/>.</summary>
    internal void Release() => _memory.DangerousRelease();

    /// <summary>
    /// Creates the tokenizer over memory of its own (a second view of the same pages, where the file is mapped), so that programs may keep
    /// it longer than the model.
    /// </summary>
    /// <param name="preTokenizer">The compiled model's.</param>
    internal Tokenizer CreateTokenizer(PreTokenizer? preTokenizer)
    {
        if (!_isMapped)
        {
            Hold();
            try
            {
                return Tokenizer.Create(new ReadOnlySpan<byte>(_start + Header.Vocabulary.Offset, checked((int)Header.Vocabulary.Length)), preTokenizer);
            }
            finally
            {
                Release();
            }
        }

        MappedView view = MappedView.Open(DisplayName, Header.Vocabulary.Offset, Header.Vocabulary.Length);
        return Tokenizer.Create(view.Start, view.Length, preTokenizer, view.Handle);
    }

    private static string Identify(string hash) => "model " + hash[..12];

    private static bool IsGguf(string path)
    {
        using FileStream file = MappedView.OpenRead(path);
        return GgufHeaderReader.StartsAsGguf(file);
    }

    private static PackedModel Map(string path)
    {
        MappedView view = MappedView.Open(path);
        try
        {
            if (view.Length < PackedFileHeader.PageSize)
            {
                throw new ModelGenException($"{path} is not a file of packed weights: it has only {view.Length} bytes.");
            }

            return new PackedModel(view.Handle, view.Start, isMapped: true, PackedFileHeader.Read(view.Start, view.Length, path), path);
        }
        catch
        {
            view.Handle.Dispose();
            throw;
        }
    }

    private static PackedModel Pack(string path, ModelDescription description)
    {
        GgufFile gguf = GgufHeaderReader.ReadFile(path);
        ModelSpec spec = PackedImage.Recognise(gguf);
        CheckShape(spec.ShapeHash, path, description);
        PackedImage image = PackedImage.Create(gguf, spec);
        MappedView view = MappedView.Open(path);
        using SafeHandle source = view.Handle;
        if (view.Length < gguf.Header.FileLength)
        {
            throw new ModelGenException($"{path} was changed while it was being read; load it again.");
        }

        NativeBlock memory;
        try
        {
            memory = new NativeBlock(image.Length);
        }
        catch (OutOfMemoryException error)
        {
            throw new ModelGenException(
                $"There is no memory for the {image.Length} bytes that {path} takes packed; load the packed file of a build, which is mapped and not copied.",
                error);
        }

        try
        {
            image.Write(view.Start, memory.Address, progress: null);
            return new PackedModel(memory, memory.Address, isMapped: false, PackedFileHeader.Read(memory.Address, image.Length, path), path);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static void CheckShape(string shapeHash, string displayName, ModelDescription description)
    {
        if (shapeHash != description.ShapeHash)
        {
            throw new ModelGenException(
                $"{displayName} has other shapes, formats or settings than the model that was compiled ({description.Architecture}, {Identify(description.HeaderHash)}); compile it as a model of its own.");
        }
    }

    /// <summary>The checks that every way of loading shares.</summary>
    private PackedModel Checked(ModelDescription description, LoadOptions? options)
    {
        try
        {
            if (Header.LayoutVersion != description.LayoutVersion)
            {
                throw new ModelGenException(
                    $"{DisplayName} is packed in layout {Header.LayoutVersion}, but the program reads layout {description.LayoutVersion}; build both with the same version of ModelGen.");
            }

            CheckShape(Header.ShapeHash, DisplayName, description);
            CheckSection(Header.Vocabulary, "vocabulary");
            if (Header.Weights.Length != description.WeightBytes)
            {
                throw new ModelGenException(
                    $"{DisplayName} has {Header.Weights.Length} bytes of weights where the program expects {description.WeightBytes}; build the project again.");
            }

            if (options is { VerifyWeights: true })
            {
                CheckSection(Header.Weights, "weights");
            }

            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void CheckSection(PackedSection section, string what)
    {
        if (SectionChecksum.Of(_start + section.Offset, section.Length) != section.Checksum)
        {
            throw new ModelGenException($"{DisplayName} is damaged: its {what} do not match their checksum. Build the project again to pack it anew.");
        }
    }
}
