using System;
using System.Globalization;
using System.IO;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>
/// Which model a file held when it was looked at. Times say little: downloads, archives, links and clocks that are set give older times
/// to newer files. So the contents are looked at, all of them where that is cheap and samples of them where it is not.
/// </summary>
/// <param name="Path">Full path of the file; of a link, the file that it leads to.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When the file was last written.</param>
/// <param name="HeaderHash">SHA-256 of the GGUF header.</param>
/// <param name="Contents">Hash of the contents, or of samples of them.</param>
internal sealed record ModelFileIdentity(string Path, long Length, DateTime Written, string HeaderHash, ulong Contents)
{
    /// <summary>Files up to this length are read whole, and of longer ones as many bytes: what takes some hundredths of a second.</summary>
    internal const long MaxWholeBytes = (long)MaxPieces * PieceBytes;

    // Of a file of some gigabytes, pieces begin every few megabytes: no matrix passes between them.
    private const int MaxPieces = 1024;
    private const int PieceBytes = 64 << 10;

    // netstandard2.0 knows no links. The library that runs does, but for .NET Framework's, to which they are files.
    private static readonly Func<string, bool, FileSystemInfo?>? ResolveLinkTarget =
        (Func<string, bool, FileSystemInfo?>?)typeof(File).GetMethod(nameof(ResolveLinkTarget), [typeof(string), typeof(bool)])
            ?.CreateDelegate(typeof(Func<string, bool, FileSystemInfo?>));

    /// <summary>What is the same as long as the same weights would be packed: without path and time where all of the contents are known.</summary>
    public string Text
    {
        get
        {
            string contents = string.Format(
                CultureInfo.InvariantCulture,
                "length {0}\nheader {1}{2}\n{3} xxh64:{4:x16}\n",
                Length,
                GgufSnapshot.HashPrefix,
                HeaderHash,
                IsWhole ? "contents" : "samples",
                Contents);
            return IsWhole ? contents : $"path {Path}\nwritten {Written.ToString("O", CultureInfo.InvariantCulture)}\n{contents}";
        }
    }

    private bool IsWhole => Length <= MaxWholeBytes;

    /// <summary>Looks at a file.</summary>
    /// <param name="model">The model, which lies in a file.</param>
    /// <exception cref="ModelGenException">The file cannot be read.</exception>
    public static ModelFileIdentity Take(GgufFile model)
    {
        try
        {
            FileInfo file = new(ResolveLinkTarget?.Invoke(model.Path!, true)?.FullName ?? model.Path!);
            using FileStream stream = GgufFile.Open(file.FullName);
            return new ModelFileIdentity(file.FullName, stream.Length, file.LastWriteTimeUtc, model.Header.HeaderHash, Hash(stream));
        }
        catch (IOException error)
        {
            throw GgufFile.CannotRead(model.DisplayName, error);
        }
    }

    /// <summary>Whether the file is still as it was.</summary>
    /// <param name="path">Path of the model, which may be a link.</param>
    public bool IsStillAt(string path)
    {
        try
        {
            return Take(GgufHeaderReader.ReadFile(path)) == this;
        }
        catch (ModelGenException)
        {
            return false;
        }
    }

    private static unsafe ulong Hash(FileStream file)
    {
        long length = file.Length;
        int count = (int)Math.Min(MaxPieces, (length + PieceBytes - 1) / PieceBytes);
        var hashes = new ulong[count];
        var piece = new byte[PieceBytes];
        fixed (byte* bytes = piece)
        {
            for (int i = 0; i < count; i++)
            {
                // The first piece is the head of the file and the last one its end.
                file.Position = length <= MaxWholeBytes ? (long)i * PieceBytes : (long)(i * ((double)(length - PieceBytes) / (count - 1)));
                int filled = 0;
                for (int read = -1; read != 0 && filled < piece.Length; filled += read)
                {
                    read = file.Read(piece, filled, piece.Length - filled);
                }

                hashes[i] = XxHash64.Hash(bytes, filled);
            }
        }

        return SectionChecksum.Of(hashes);
    }
}
