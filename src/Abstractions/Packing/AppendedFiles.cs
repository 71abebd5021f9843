using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace ModelGen.Packing;

/// <summary>A packed file that stands in a program's own file.</summary>
/// <param name="Name">Name of the packed file.</param>
/// <param name="Offset">Bytes from the start of the program's file; a multiple of 64 KiB.</param>
/// <param name="Length">Bytes.</param>
internal sealed record AppendedFile(string Name, long Offset, long Length);

/// <summary>
/// Packed files behind the code of a program, so that a program is one file (docs/weights-format.md). Whoever loads a program reads what its
/// headers name, and passes over what stands behind that.
/// </summary>
/// <remarks>
/// program · zeros to a multiple of 64 KiB · a packed file · zeros · … · directory · trailer. The directory has an entry a file: its offset and
/// length, 64 bits each, the bytes of its name, 32 bits, and the name in UTF-8. The trailer, the file's last 32 bytes: the length of the
/// program and the offset of the directory, 64 bits each, the hash of both and of the directory, and the magic. Little-endian.
/// </remarks>
internal static class AppendedFiles
{
    /// <summary>What every system maps from: Windows from multiples of 64 KiB, Linux on ARM64 from pages of up to as much.</summary>
    public const int Alignment = 64 << 10;

    private const int TrailerBytes = 32;
    private const int EntryBytes = 2 * sizeof(long) + sizeof(int);
    private const int MaxDirectoryBytes = 1 << 20;
    private const int CopyBytes = 1 << 20;

    // "MGAPPEND" read as a little-endian number.
    private const ulong Magic = 0x444E45505041474D;

    /// <summary>The files that a program has; none where it has no trailer.</summary>
    /// <param name="program">The program's file.</param>
    /// <param name="displayName">What it is called in messages.</param>
    /// <exception cref="ModelGenException">It has a trailer, and what that says does not fit the file.</exception>
    public static IReadOnlyList<AppendedFile> Read(Stream program, string displayName) => ReadTrailer(program, displayName)?.Files ?? [];

    /// <summary>Appends packed files to a program, in place of those that it has.</summary>
    /// <param name="program">The program's file, open for reading and writing.</param>
    /// <param name="displayName">What it is called in messages.</param>
    /// <param name="files">Their names and paths.</param>
    /// <returns>Bytes of the program without them.</returns>
    /// <exception cref="ModelGenException">The program has a damaged trailer.</exception>
    public static long Append(Stream program, string displayName, IReadOnlyList<(string Name, string Path)> files)
    {
        long programLength = ReadTrailer(program, displayName)?.ProgramLength ?? program.Length;
        program.SetLength(programLength);
        program.Position = programLength;
        var appended = new List<AppendedFile>();
        foreach ((string name, string path) in files)
        {
            Pad(program);
            long offset = program.Position;
            using (FileStream source = File.OpenRead(path))
            {
                source.CopyTo(program, CopyBytes);
            }

            appended.Add(new AppendedFile(name, offset, program.Position - offset));
        }

        byte[] directory = DirectoryOf(appended);
        long directoryOffset = program.Position;
        program.Write(directory, 0, directory.Length);
        program.Write(TrailerOf(programLength, directoryOffset, directory), 0, TrailerBytes);
        program.Flush();
        return programLength;
    }

    private static void Pad(Stream program)
    {
        long end = (program.Position + Alignment - 1) / Alignment * Alignment;
        byte[] zeros = new byte[end - program.Position];
        program.Write(zeros, 0, zeros.Length);
    }

    private static byte[] DirectoryOf(IEnumerable<AppendedFile> files)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (AppendedFile file in files)
        {
            byte[] name = Encoding.UTF8.GetBytes(file.Name);
            writer.Write(file.Offset);
            writer.Write(file.Length);
            writer.Write(name.Length);
            writer.Write(name);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    private static byte[] TrailerOf(long programLength, long directoryOffset, byte[] directory)
    {
        using var bytes = new MemoryStream(TrailerBytes);
        using var writer = new BinaryWriter(bytes);
        writer.Write(programLength);
        writer.Write(directoryOffset);
        writer.Write(HashOf(programLength, directoryOffset, directory));
        writer.Write(Magic);
        writer.Flush();
        return bytes.ToArray();
    }

    private static ulong HashOf(long programLength, long directoryOffset, byte[] directory) =>
        XxHash64.Hash([.. BitConverter.GetBytes(programLength), .. BitConverter.GetBytes(directoryOffset), .. directory]);

    private static (long ProgramLength, IReadOnlyList<AppendedFile> Files)? ReadTrailer(Stream program, string displayName)
    {
        if (program.Length < TrailerBytes)
        {
            return null;
        }

        byte[] trailer = ReadAt(program, program.Length - TrailerBytes, TrailerBytes);
        if (BitConverter.ToUInt64(trailer, TrailerBytes - sizeof(ulong)) != Magic)
        {
            return null;
        }

        long programLength = BitConverter.ToInt64(trailer, 0);
        long directoryOffset = BitConverter.ToInt64(trailer, sizeof(long));
        long directoryLength = program.Length - TrailerBytes - directoryOffset;
        if (programLength < 0 || programLength > directoryOffset || directoryOffset > program.Length || directoryLength is < 0 or > MaxDirectoryBytes)
        {
            throw Damaged(displayName);
        }

        byte[] directory = ReadAt(program, directoryOffset, (int)directoryLength);
        if (BitConverter.ToUInt64(trailer, 2 * sizeof(long)) != HashOf(programLength, directoryOffset, directory))
        {
            throw Damaged(displayName);
        }

        var files = new List<AppendedFile>();
        for (int position = 0; position < directory.Length;)
        {
            int nameBytes = directory.Length - position < EntryBytes ? -1 : BitConverter.ToInt32(directory, position + 2 * sizeof(long));
            if (nameBytes < 0 || nameBytes > directory.Length - position - EntryBytes)
            {
                throw Damaged(displayName);
            }

            long offset = BitConverter.ToInt64(directory, position);
            long length = BitConverter.ToInt64(directory, position + sizeof(long));
            if (offset < programLength || length < 0 || length > directoryOffset - offset)
            {
                throw Damaged(displayName);
            }

            files.Add(new AppendedFile(Encoding.UTF8.GetString(directory, position + EntryBytes, nameBytes), offset, length));
            position += EntryBytes + nameBytes;
        }

        return (programLength, files);
    }

    private static byte[] ReadAt(Stream stream, long offset, int count)
    {
        byte[] bytes = new byte[count];
        stream.Position = offset;
        for (int done = 0; done < count;)
        {
            int read = stream.Read(bytes, done, count - done);
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            done += read;
        }

        return bytes;
    }

    private static ModelGenException Damaged(string displayName) => new(
        $"{displayName} is damaged: the list of the weights that it carries does not match its checksum. Publish it again.");
}
