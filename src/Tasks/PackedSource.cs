using System.Globalization;
using System.IO;
using ModelGen.Packing;

namespace ModelGen.Tasks;

/// <summary>
/// The note beside a packed file that says what it was made of. A packed file whose note is missing, or says anything else than what
/// would be written today, is packed again. The note names the packed file's header page, in which the checksums of its sections are: a
/// build that ends between the two leaves a note that fits nothing.
/// </summary>
internal static unsafe class PackedSource
{
    /// <summary>Ending of the note's file name, behind the packed file's.</summary>
    public const string FileEnding = ".source";

    private const string FirstLine = "weights-source 1";

    /// <summary>Whether a packed file was made of a model, by this version.</summary>
    public static bool IsOf(ModelFileIdentity model, string packed)
    {
        string note = packed + FileEnding;
        return File.Exists(note) && File.Exists(packed) && File.ReadAllText(note) == Text(model, packed);
    }

    /// <summary>Notes what a packed file was made of.</summary>
    public static void Write(ModelFileIdentity model, string packed) => AtomicFile.WriteText(packed + FileEnding, Text(model, packed));

    private static string Text(ModelFileIdentity model, string packed)
    {
        using FileStream file = new(packed, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var page = new byte[PackedFileHeader.PageSize];
        int filled = 0;
        for (int read = -1; read != 0 && filled < page.Length; filled += read)
        {
            read = file.Read(page, filled, page.Length - filled);
        }

        // The packer decides what is packed: one of another version may do it differently.
        return string.Format(
            CultureInfo.InvariantCulture,
            "{0}\n{1}packer {2:N}\npacked-length {3}\npacked-header xxh64:{4:x16}\n",
            FirstLine,
            model.Text,
            typeof(PackedImage).Module.ModuleVersionId,
            file.Length,
            XxHash64.Hash(page));
    }
}
