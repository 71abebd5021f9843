using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using ModelGen.Packing;
using Shouldly;
using Xunit;

namespace ModelGen.Generator.Tests.Packing;

/// <summary>Packed files behind the code of a program.</summary>
public sealed class AppendedFilesTests : IDisposable
{
    private static readonly byte[] Program = [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7))];

    private readonly string _folder = Directory.CreateTempSubdirectory("appended").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AProgramHasWhatWasAppendedToItAndItsOwnBytes()
    {
        (string Name, byte[] Bytes)[] files = [("a.weights", Bytes(1, 5000)), ("small/ü.weights", Bytes(2, 70_000)), ("empty.weights", [])];
        using MemoryStream program = Append(files);
        IReadOnlyList<AppendedFile> appended = AppendedFiles.Read(program, "program");
        appended.Select(file => file.Name).ShouldBe(files.Select(file => file.Name));
        byte[] whole = program.ToArray();
        whole[..Program.Length].ShouldBe(Program);
        for (int i = 0; i < files.Length; i++)
        {
            (appended[i].Offset % AppendedFiles.Alignment).ShouldBe(0);
            whole.AsSpan((int)appended[i].Offset, (int)appended[i].Length).ToArray().ShouldBe(files[i].Bytes);
        }
    }

    [Fact]
    public void WhatIsAppendedLaterTakesThePlaceOfWhatIsThere()
    {
        using MemoryStream once = Append(("b.weights", Bytes(3, 100)));
        using MemoryStream twice = Append(("a.weights", Bytes(4, 200_000)));
        AppendedFiles.Append(twice, "program", [("b.weights", Write(Bytes(3, 100)))]).ShouldBe(Program.Length);
        twice.ToArray().ShouldBe(once.ToArray());
    }

    [Fact]
    public void AProgramWithoutATrailerHasNone()
    {
        AppendedFiles.Read(new MemoryStream([]), "program").ShouldBeEmpty();
        AppendedFiles.Read(new MemoryStream(Program), "program").ShouldBeEmpty();
        byte[] whole = Append(("a.weights", Bytes(5, 100))).ToArray();
        for (int cut = 1; cut < 200; cut++)
        {
            AppendedFiles.Read(new MemoryStream(whole[..^cut]), "program").ShouldBeEmpty();
        }
    }

    [Fact]
    public void AnyBitThatIsChangedInTheListIsNoticed()
    {
        byte[] whole = Append(("a.weights", Bytes(6, 100)), ("b.weights", Bytes(7, 100))).ToArray();
        long end = AppendedFiles.Read(new MemoryStream(whole), "program").Max(file => file.Offset + file.Length);
        for (long bit = end * 8; bit < whole.Length * 8L; bit++)
        {
            byte[] changed = [.. whole];
            changed[bit / 8] ^= (byte)(1 << (int)(bit % 8));
            if (bit / 8 >= whole.Length - 8)
            {
                // The magic itself: there is no trailer then.
                AppendedFiles.Read(new MemoryStream(changed), "program").ShouldBeEmpty();
            }
            else
            {
                Should.Throw<ModelGenException>(() => AppendedFiles.Read(new MemoryStream(changed), "program")).Message.ShouldBe(
                    "program is damaged: the list of the weights that it carries does not match its checksum. Publish it again.");
            }
        }
    }

    private static byte[] Bytes(int seed, int count)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private MemoryStream Append(params (string Name, byte[] Bytes)[] files)
    {
        MemoryStream program = new();
        program.Write(Program);
        AppendedFiles.Append(program, "program", [.. files.Select(file => (file.Name, Write(file.Bytes)))]).ShouldBe(Program.Length);
        return program;
    }
}
