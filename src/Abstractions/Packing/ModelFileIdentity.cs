using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using ModelGen.Collections;
using ModelGen.Gguf;

namespace ModelGen.Packing;

/// <summary>
/// Which model a file held when it was looked at, or all parts of a split one. Times say little: downloads, archives, links and clocks that are set
/// give older times to newer files. So the contents are looked at, all of them where that is cheap and samples of them where it is not.
/// </summary>
/// <param name="Files">The files that have the model: one, or each part of a split one.</param>
/// <param name="HeaderHash">SHA-256 of the GGUF header.</param>
internal sealed record ModelFileIdentity(EquatableArray<FileIdentity> Files, string HeaderHash)
{
    /// <summary>Models up to this length are read whole, and of longer ones as many bytes: what takes some hundredths of a second.</summary>
    internal const long MaxWholeBytes = (long)MaxPieces * PieceBytes;

    // Of a file of some gigabytes, pieces begin every few megabytes: no matrix passes between them. Parts share them out by their lengths.
    private const int MaxPieces = 1024;
    private const int PieceBytes = 64 << 10;

    // netstandard2.0 knows no links. The library that runs does, but for .NET Framework's, to which they are files.
    private static readonly Func<string, bool, FileSystemInfo?>? ResolveLinkTarget =
        (Func<string, bool, FileSystemInfo?>?)typeof(File).GetMethod(nameof(ResolveLinkTarget), [typeof(string), typeof(bool)])
            ?.CreateDelegate(typeof(Func<string, bool, FileSystemInfo?>));

    /// <summary>What is the same as long as the same weights would be packed: without path and time where all of the contents are known.</summary>
    public string Text => string.Concat(Files.Select(TextOf));

    private bool IsWhole => Files.Sum(file => file.Length) <= MaxWholeBytes;

    /// <summary>Looks at a model's files.</summary>
    /// <param name="model">The model, which lies in files.</param>
    /// <exception cref="ModelGenException">A file cannot be read.</exception>
    public static ModelFileIdentity Take(GgufFile model)
    {
        List<FileStream> streams = [];
        try
        {
            FileInfo[] files = [.. model.Paths.Select(path => new FileInfo(ResolveLinkTarget?.Invoke(path, true)?.FullName ?? path))];
            streams.AddRange(files.Select(file => GgufFile.Open(file.FullName)));
            long total = streams.Sum(stream => stream.Length);
            List<FileIdentity> identities = [];
            for (int i = 0; i < files.Length; i++)
            {
                // Head and end of each part are looked at, however short it is.
                long length = streams[i].Length;
                int pieces = total <= MaxWholeBytes ? MaxPieces : (int)Math.Max(2, (double)length / total * MaxPieces);
                identities.Add(new FileIdentity(files[i].FullName, length, files[i].LastWriteTimeUtc, Hash(streams[i], pieces)));
            }

            return new ModelFileIdentity(identities.ToEquatableArray(), model.Header.HeaderHash);
        }
        catch (IOException error)
        {
            throw GgufFile.CannotRead(model.DisplayName, error);
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    /// <summary>Whether the model is still as it was.</summary>
    /// <param name="path">Path of the model, which may be a link; of a split one, of its first part.</param>
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

    private string TextOf(FileIdentity file)
    {
        string contents = string.Format(
            CultureInfo.InvariantCulture,
            "length {0}\nheader {1}{2}\n{3} xxh64:{4:x16}\n",
            file.Length,
            GgufSnapshot.HashPrefix,
            HeaderHash,
            IsWhole ? "contents" : "samples",
            file.Contents);
        return IsWhole ? contents : $"path {file.Path}\nwritten {file.Written.ToString("O", CultureInfo.InvariantCulture)}\n{contents}";
    }

    private static unsafe ulong Hash(FileStream file, int maxPieces)
    {
        long length = file.Length;
        int wholePieces = (int)Math.Min(int.MaxValue, (length + PieceBytes - 1) / PieceBytes);
        int count = Math.Min(maxPieces, wholePieces);
        var hashes = new ulong[count];
        var piece = new byte[PieceBytes];
        fixed (byte* bytes = piece)
        {
            for (int i = 0; i < count; i++)
            {
                // The first piece is the head of the file and the last one its end.
                file.Position = count == wholePieces ? (long)i * PieceBytes : (long)(i * ((double)(length - PieceBytes) / (count - 1)));
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

/// <summary>What a file was when it was looked at.</summary>
/// <param name="Path">Full path of the file; of a link, the file that it leads to.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Written">When the file was last written.</param>
/// <param name="Contents">Hash of the contents, or of samples of them.</param>
internal sealed record FileIdentity(string Path, long Length, DateTime Written, ulong Contents);
