using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using ModelGen.Architectures;
using ModelGen.Gguf;
using ModelGen.Packing;

namespace ModelGen.CompilerServices;

/// <summary>
/// The packed weights and vocabulary of a model in memory: a mapped file, or memory where a GGUF was packed at run time or the weights are embedded
/// in an assembly.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class PackedModel : IDisposable
{
    private readonly SafeHandle _memory;
    private readonly byte* _start;
    private readonly PackedPlace? _place;

    private PackedModel(SafeHandle memory, byte* start, PackedPlace? place, PackedFileHeader header, string displayName)
    {
        _memory = memory;
        _start = start;
        _place = place;
        Header = header;
        DisplayName = displayName;
    }

    internal byte* Weights => _start + Header.Weights.Offset;

    internal PackedFileHeader Header { get; }

    internal string DisplayName { get; }

    /// <summary>
    /// Opens what the build embedded in the assembly, or put into the program's own file or beside it; it must hold the very model that was compiled.
    /// </summary>
    /// <param name="description">The compiled model.</param>
    /// <param name="options">How to load.</param>
    /// <exception cref="ModelGenException">The weights are missing, damaged, or of another model.</exception>
    public static PackedModel OpenBesideProgram(ModelDescription description, LoadOptions? options)
    {
        PackedModel model = OpenEmbedded(description) ?? Map(PlaceOf(description));
        if (model.Header.HeaderHash != description.HeaderHash)
        {
            model.Dispose();
            throw new ModelGenException(
                $"{model.DisplayName} holds the weights of {Identify(model.Header.HeaderHash)}, but the program was compiled for {Identify(description.HeaderHash)}; copy both from the same build.");
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

        return (IsGguf(path) ? Pack(path, description) : Map(new PackedPlace(path, 0, null, path))).Checked(description, options);
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
        if (_place is not PackedPlace place)
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

        MappedView view = MappedView.Open(place.Path, place.Offset + Header.Vocabulary.Offset, Header.Vocabulary.Length);
        return Tokenizer.Create(view.Start, view.Length, preTokenizer, view.Handle);
    }

    private static string Identify(string hash) => "model " + hash[..12];

    private static bool IsGguf(string path)
    {
        using FileStream file = MappedView.OpenRead(path);
        return GgufHeaderReader.StartsAsGguf(file);
    }

    /// <summary>
    /// Copies embedded weights; null where the assembly has none. Resources stand at multiples of 8 bytes at best, and the kernels read cache lines.
    /// </summary>
    private static PackedModel? OpenEmbedded(ModelDescription description)
    {
        string name = description.WeightsFileName;
        using Stream? resource = EmbeddedWeights.Open(description.Assembly, name);
        if (resource is null)
        {
            return null;
        }

        string displayName = $"{name} in the assembly {description.Assembly.GetName().Name}";
        if (resource.Length < PackedFileHeader.PageSize)
        {
            throw TooShort(displayName, resource.Length);
        }

        NativeBlock memory = Allocate(resource.Length, $"the {resource.Length} bytes of {displayName}; publish with ModelGenWeights set to Append or Sidecar");
        try
        {
            // An assembly counts its bytes with 32 bits.
            resource.ReadExactly(new Span<byte>(memory.Address, checked((int)resource.Length)));
            return new PackedModel(memory, memory.Address, place: null, PackedFileHeader.Read(memory.Address, resource.Length, displayName), displayName);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <param name="length">Bytes.</param>
    /// <param name="what">What they are for, and what to do where there are none.</param>
    private static NativeBlock Allocate(long length, string what)
    {
        try
        {
            return new NativeBlock(length);
        }
        catch (OutOfMemoryException error)
        {
            throw new ModelGenException($"There is no memory for {what}, which is mapped and not copied.", error);
        }
    }

    private static ModelGenException TooShort(string displayName, long length) =>
        new($"{displayName} is not a file of packed weights: it has only {length} bytes.");

    /// <summary>In the program's own file where that carries it, else beside the program.</summary>
    private static PackedPlace PlaceOf(ModelDescription description)
    {
        string name = description.WeightsFileName;
        if (OwnProgram.Find(name, out string? problem) is AppendedFile appended)
        {
            return new PackedPlace(OwnProgram.Path!, appended.Offset, appended.Length, $"{OwnProgram.DisplayName} ({name})");
        }

        string path = Path.Combine(AppContext.BaseDirectory, name);
        if (File.Exists(path))
        {
            return new PackedPlace(path, 0, null, path);
        }

        string own = problem is null
            ? $"{OwnProgram.DisplayName} carries no {name} (a program that was published with its weights and has none any more was cut off, or stripped), and"
            : $"{OwnProgram.DisplayName} cannot be opened to look for {name} ({problem}), and";
        throw new ModelGenException(
            $"{own} it is not in {AppContext.BaseDirectory}: copy the program or that file from the build's output again, or pass the path of a weights or GGUF file to Load.");
    }

    private static PackedModel Map(PackedPlace place)
    {
        MappedView view = MappedView.Open(place.Path, place.Offset, place.Length);
        try
        {
            if (view.Length < PackedFileHeader.PageSize)
            {
                throw TooShort(place.DisplayName, view.Length);
            }

            return new PackedModel(view.Handle, view.Start, place, PackedFileHeader.Read(view.Start, view.Length, place.DisplayName), place.DisplayName);
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
        NativeBlock memory = Allocate(image.Length, $"the {image.Length} bytes that {path} takes packed; load the packed file of a build");
        try
        {
            image.Write(memory.Address);
            return new PackedModel(memory, memory.Address, place: null, PackedFileHeader.Read(memory.Address, image.Length, path), path);
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
            throw new ModelGenException($"{DisplayName} is damaged: its {what} section does not match its checksum. Build the project again to pack it anew.");
        }
    }
}

/// <summary>Where a packed file is.</summary>
/// <param name="Path">The file that has it.</param>
/// <param name="Offset">Bytes from the start of that file.</param>
/// <param name="Length">Its bytes; null: all behind the offset.</param>
/// <param name="DisplayName">What it is called in messages.</param>
internal sealed record PackedPlace(string Path, long Offset, long? Length, string DisplayName);
